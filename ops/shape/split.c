/* Parts of a tensor, and tensors of its parts: select, narrow, split, chunk, unbind, roll, repeat.
 * Each is made of slices, reshapes and concats; what is here is the arithmetic of where and how
 * many, and the messages.
 */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "ops/common/composite.h"
#include "ops/common/indexing.h"

/* --- one part --------------------------------------------------------------------------------- */

/* The call of `name` on x along an axis: which one, normalized, and its size. False for NULL or with
 * an error kept. */
static bool open_along(ag__composite *c, const char *name, ag_tensor *x, int axis, int *normal,
                       int64_t *size)
{
    ag_shape shape = ag_shape_of(x);
    if (!ag__composite_open(c, name, &x, 1, 1) ||
        ag_call_axis(&c->call, axis, shape.ndim, normal) != AG_OK) {
        return false;
    }
    *size = shape.dim[*normal];
    return true;
}

ag_tensor *ag_select(ag_tensor *x, int axis, int64_t index)
{
    ag__composite c;
    int64_t n, at;
    int d;
    if (!open_along(&c, "select", x, axis, &d, &n)) {
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
    if (!open_along(&c, "narrow", x, axis, &d, &n)) {
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

/* Is there room for `want` parts? */
static bool has_room(const ag_call *call, int64_t want, ag_tensor *const *out, int room)
{
    if (out == NULL || want > room) {
        ag_call_fail(call, out == NULL ? AG_ERR_NULL_ARGUMENT : AG_ERR_VALUE, NULL,
                     "%lld parts, and room for %d", (long long)want, out == NULL ? 0 : room);
        return false;
    }
    return true;
}

/* Axis d of x in pieces of `size`, the last one shorter; an empty axis is one empty piece. */
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
    if (!open_along(&c, "split", x, axis, &d, &n)) {
        return -1;
    }
    if (size < 0 || (size == 0 && n > 0)) {
        ag_call_fail(&c.call, AG_ERR_VALUE, NULL, "parts of size %lld of axis %d of size %lld",
                     (long long)size, axis, (long long)n);
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
    if (!open_along(&c, "chunk", x, axis, &d, &n)) {
        return -1;
    }
    if (chunks <= 0) {
        ag_call_fail(&c.call, AG_ERR_VALUE, NULL, "%d chunks", chunks);
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

int ag_split_sizes(ag_tensor *x, int axis, const int64_t *sizes, int n, ag_tensor **out)
{
    ag__composite c;
    int64_t size, at = 0;
    int d;
    none_of(out, n);
    if (!open_along(&c, "split_sizes", x, axis, &d, &size) || !has_room(&c.call, n, out, n)) {
        return -1;
    }
    bool fits = sizes != NULL && n >= 0;
    for (int i = 0; fits && i < n; i++) {
        fits = sizes[i] >= 0 && sizes[i] <= size - at;
        at += fits ? sizes[i] : 0;
    }
    if (!fits || at != size) {
        ag_call_fail(&c.call, AG_ERR_VALUE, "they must add up to the size of the axis",
                     "the %d sizes do not divide axis %d of size %lld", n, axis, (long long)size);
        return -1;
    }
    at = 0;
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
    bool ok = open_along(&c, "unbind", x, axis, &d, &n) && has_room(&c.call, n, out, room);
    for (int64_t i = 0; ok && i < n; i++) {
        out[i] = ag_select(x, d, i);
        ok = out[i] != NULL;
    }
    return ok ? (int)n : -1;
}

/* --- roll ------------------------------------------------------------------------------------- */

ag_tensor *ag_roll(ag_tensor *x, int64_t shift, int axis)
{
    ag__composite c;
    int64_t n, from;
    int d;
    if (!open_along(&c, "roll", x, axis, &d, &n)) {
        return NULL;
    }
    from = n == 0 ? 0 : shift % n; /* the first `from` elements come from the end */
    from = from < 0 ? from + n : from;
    ag_tensor *parts[] = {ag_slice(x, d, n - from, n, 1), ag_slice(x, d, 0, n - from, 1)};
    return ag_concat(parts, 2, d);
}

/* --- repetition ------------------------------------------------------------------------------- */

/* Axis d of x, n long, becomes n count long: every element count times in a row, or the whole axis
 * count times. */
static ag_tensor *repeated(const ag_call *call, ag_tensor *x, int d, int64_t count, bool in_a_row)
{
    ag_shape from = ag_shape_of(x), to = from, wide;
    int64_t n = from.dim[d], outer = 1, inner = 1;
    if (count < 0 || (n > 0 && count > INT64_MAX / n)) {
        ag_call_fail(call, count < 0 ? AG_ERR_VALUE : AG_ERR_OVERFLOW, NULL,
                     "%lld times axis %d of size %lld", (long long)count, d, (long long)n);
        return NULL;
    }
    if (count == 1) {
        return x;
    }
    for (int i = 0; i < from.ndim; i++) {
        outer *= i < d ? from.dim[i] : 1;
        inner *= i > d ? from.dim[i] : 1;
    }
    to.dim[d] = n * count;
    wide = in_a_row ? AG_SHAPE(outer * n, 1, inner) : AG_SHAPE(outer, 1, n * inner);
    ag_tensor *line = ag_reshape(x, wide);
    wide.dim[1] = count;
    return ag_reshape(ag_expand(line, wide), to);
}

static ag_tensor *repeat_all(const ag_call *call, ag_tensor *x, ag_shape counts)
{
    ag_shape shape = ag_shape_of(x), to = {counts.ndim, {1, 1, 1, 1, 1, 1, 1, 1}};
    int lead = counts.ndim - shape.ndim;
    for (int d = 0; d < shape.ndim; d++) {
        to.dim[lead + d] = shape.dim[d];
    }
    ag_tensor *y = lead > 0 ? ag_reshape(x, to) : x;
    for (int d = 0; d < counts.ndim && y != NULL; d++) {
        y = repeated(call, y, d, counts.dim[d], false);
    }
    return y;
}

ag_tensor *ag_repeat(ag_tensor *x, ag_shape counts)
{
    ag__composite c;
    int ndim = ag_shape_of(x).ndim;
    if (!ag__composite_open(&c, "repeat", &x, 1, 1)) {
        return NULL;
    }
    if (counts.ndim < ndim || counts.ndim > AG_MAX_DIMS) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, "ag_tile takes fewer", "%d counts for %d dimensions",
                     counts.ndim, ndim);
        return NULL;
    }
    return repeat_all(&c.call, x, counts);
}

ag_tensor *ag_tile(ag_tensor *x, ag_shape counts)
{
    ag__composite c;
    ag_shape all = {ag_shape_of(x).ndim, {1, 1, 1, 1, 1, 1, 1, 1}};
    if (!ag__composite_open(&c, "tile", &x, 1, 1)) {
        return NULL;
    }
    if (counts.ndim < 0 || counts.ndim > AG_MAX_DIMS) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, NULL, "%d counts; 0 to %d are possible", counts.ndim,
                     AG_MAX_DIMS);
        return NULL;
    }
    all.ndim = counts.ndim > all.ndim ? counts.ndim : all.ndim;
    for (int d = 0; d < counts.ndim; d++) {
        all.dim[all.ndim - counts.ndim + d] = counts.dim[d];
    }
    return repeat_all(&c.call, x, all);
}

ag_tensor *ag_repeat_interleave(ag_tensor *x, int64_t n, int axis)
{
    ag__composite c;
    int64_t size;
    int d;
    return open_along(&c, "repeat_interleave", x, axis, &d, &size)
               ? repeated(&c.call, x, d, n, true)
               : NULL;
}
