/* Parts of a tensor along an axis: select and narrow take one part, split, split_sizes, chunk and
 * unbind cut the whole axis. Each is made of slices; this file has where a part begins, how many
 * parts there are, and the messages. Must not know how a slice is differentiated.
 */
#define AG_NO_SITES
#include <autograd/shape.h>

#include "ops/common/composite.h"

/* --- one part --------------------------------------------------------------------------------- */

ag_tensor *ag_select(ag_tensor *x, int axis, int64_t index)
{
    ag__composite c;
    int64_t n, at;
    int d;
    if (!ag__composite_open_along(&c, "select", x, axis, &d, &n)) {
        return NULL;
    }
    at = index < 0 && index >= -n ? index + n : index;
    if (at < 0 || at >= n) {
        ag_call_fail(&c.call, AG_ERR_VALUE, n == 0 ? "the axis has no element" : NULL,
                     "index %lld is out of range for axis %d of size %lld", (long long)index, axis,
                     (long long)n);
        return NULL;
    }
    return ag_squeeze_axis(ag_slice(x, d, at, at + 1, 1), d);
}

ag_tensor *ag_narrow(ag_tensor *x, int axis, int64_t start, int64_t length)
{
    ag__composite c;
    int64_t n, at;
    int d;
    if (!ag__composite_open_along(&c, "narrow", x, axis, &d, &n)) {
        return NULL;
    }
    at = start < 0 && start >= -n ? start + n : start;
    if (at < 0 || at > n || length < 0 || length > n - at) {
        ag_call_fail(&c.call, AG_ERR_VALUE, "a negative start counts from the end",
                     "%lld elements from %lld on are more than axis %d of size %lld has",
                     (long long)length, (long long)start, axis, (long long)n);
        return NULL;
    }
    return ag_slice(x, d, at, at + length, 1);
}

/* --- many parts ------------------------------------------------------------------------------- */

static void none_of(ag_tensor **out, int n)
{
    for (int i = 0; out != NULL && i < n; i++) {
        out[i] = NULL;
    }
}

/* Whether there is room for `want` parts. */
static bool has_room(const ag_call *call, int64_t want, ag_tensor *const *out, int room)
{
    if (out == NULL) {
        ag_call_fail(call, AG_ERR_NULL_ARGUMENT, NULL, "`out` is NULL");
    } else if (want > room) {
        ag_call_fail(call, AG_ERR_VALUE, NULL, "%lld parts, and room for %d", (long long)want,
                     room);
    }
    return out != NULL && want <= room;
}

/* Cuts axis d of x into pieces of `size` elements, the last one shorter. An empty axis is one empty
 * piece. */
static int pieces(const ag_call *call, int d, int64_t n, int64_t size, ag_tensor **out, int room)
{
    int64_t want = n == 0 ? 1 : (n - 1) / size + 1;
    bool ok = has_room(call, want, out, room);
    for (int64_t i = 0; ok && i < want; i++) {
        int64_t at = i * size, left = n - at;
        out[i] = ag_slice(call->in[0], d, at, at + (left < size ? left : size), 1);
        ok = out[i] != NULL;
    }
    return ok ? (int)want : -1;
}

int ag_split(ag_tensor *x, int axis, int64_t size, ag_tensor **out, int room)
{
    ag__composite c;
    int64_t n;
    int d;
    none_of(out, room);
    if (!ag__composite_open_along(&c, "split", x, axis, &d, &n)) {
        return -1;
    }
    if (size < 0 || (size == 0 && n > 0)) {
        ag_call_fail(&c.call, AG_ERR_VALUE, "at least 1",
                     "parts of size %lld of axis %d of size %lld", (long long)size, axis,
                     (long long)n);
        return -1;
    }
    return pieces(&c.call, d, n, size, out, room);
}

int ag_chunk(ag_tensor *x, int axis, int chunks, ag_tensor **out)
{
    ag__composite c;
    int64_t n;
    int d;
    none_of(out, chunks);
    if (!ag__composite_open_along(&c, "chunk", x, axis, &d, &n)) {
        return -1;
    }
    if (chunks <= 0) {
        ag_call_fail(&c.call, AG_ERR_VALUE, "at least 1", "the number of chunks is %d", chunks);
        return -1;
    }
    if (n > 0) {
        return pieces(&c.call, d, n, (n - 1) / chunks + 1, out, chunks);
    }
    bool ok = has_room(&c.call, chunks, out, chunks);
    for (int i = 0; ok && i < chunks; i++) {
        out[i] = ag_slice(x, d, 0, 0, 1);
        ok = out[i] != NULL;
    }
    return ok ? chunks : -1;
}

/* Whether the n sizes are there, none is negative, and together they make the axis. */
static bool sizes_fit(const ag_call *call, const int64_t *sizes, int n, int axis, int64_t size)
{
    int64_t left = size;
    bool fits = true;
    if (n < 0 || (n > 0 && sizes == NULL)) {
        ag_call_fail(call, n < 0 ? AG_ERR_VALUE : AG_ERR_NULL_ARGUMENT, NULL,
                     n < 0 ? "the number of parts is %d" : "the sizes are NULL", n);
        return false;
    }
    for (int i = 0; i < n; i++) {
        if (sizes[i] < 0) {
            ag_call_fail(call, AG_ERR_VALUE, NULL, "size %lld of part %d is negative",
                         (long long)sizes[i], i);
            return false;
        }
        fits = fits && sizes[i] <= left;
        left -= fits ? sizes[i] : 0;
    }
    if (!fits || left > 0) {
        ag_call_fail(call, AG_ERR_VALUE, "they must add up to the size of the axis",
                     "the %d size%s do%s not divide axis %d of size %lld", n, n == 1 ? "" : "s",
                     n == 1 ? "es" : "", axis, (long long)size);
    }
    return fits && left == 0;
}

int ag_split_sizes(ag_tensor *x, int axis, const int64_t *sizes, int n, ag_tensor **out)
{
    ag__composite c;
    int64_t size, at = 0;
    int d;
    none_of(out, n);
    if (!ag__composite_open_along(&c, "split_sizes", x, axis, &d, &size) ||
        !has_room(&c.call, n, out, n) || !sizes_fit(&c.call, sizes, n, axis, size)) {
        return -1;
    }
    bool fits = true;
    for (int i = 0; i < n; at += sizes[i++]) {
        out[i] = ag_slice(x, d, at, at + sizes[i], 1);
        fits = fits && out[i] != NULL;
    }
    return fits ? n : -1;
}

int ag_unbind(ag_tensor *x, int axis, ag_tensor **out, int room)
{
    ag__composite c;
    int64_t n;
    int d;
    none_of(out, room);
    bool ok =
        ag__composite_open_along(&c, "unbind", x, axis, &d, &n) && has_room(&c.call, n, out, room);
    for (int64_t i = 0; ok && i < n; i++) {
        out[i] = ag_select(x, d, i);
        ok = out[i] != NULL;
    }
    return ok ? (int)n : -1;
}
