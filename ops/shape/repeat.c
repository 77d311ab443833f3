/* The elements of a tensor rolled or repeated along its axes: roll, repeat, tile,
 * repeat_interleave. They are made of slices, joins, and views that repeat without a copy. Must not
 * know how those are differentiated.
 */
#define AG_NO_SITES
#include <autograd/shape.h>

#include "ops/common/composite.h"

/* --- roll ------------------------------------------------------------------------------------- */

ag_tensor *ag_roll(ag_tensor *x, int axis, int64_t shift)
{
    ag__composite c;
    int64_t n, from;
    int d;
    if (!ag__composite_open_along(&c, "roll", x, axis, &d, &n)) {
        return NULL;
    }
    from = n == 0 ? 0 : shift % n; /* the first `from` elements come from the end */
    from = from < 0 ? from + n : from;
    ag_tensor *parts[] = {ag_slice(x, d, n - from, n, 1), ag_slice(x, d, 0, n - from, 1)};
    return ag_concat(parts, 2, d);
}

/* --- repetition ------------------------------------------------------------------------------- */

/* Axis d of x becomes `count` times as long: it has every element `count` times in a row, or the
 * whole axis `count` times. */
static ag_tensor *repeated(const ag_call *call, ag_tensor *x, int d, int64_t count, bool in_a_row)
{
    ag_shape from = ag_shape_of(x), to = from, wide;
    int64_t n = from.dim[d], outer = 1, inner = 1;
    if (count < 0 || (n > 0 && count > INT64_MAX / n)) {
        ag_call_fail(call, count < 0 ? AG_ERR_VALUE : AG_ERR_OVERFLOW, NULL,
                     count < 0 ? "the count is negative: %lld times axis %d of size %lld"
                               : "%lld times axis %d of size %lld is too large",
                     (long long)count, d, (long long)n);
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

ag_tensor *ag_repeat_interleave(ag_tensor *x, int axis, int64_t n)
{
    ag__composite c;
    int64_t size;
    int d;
    return ag__composite_open_along(&c, "repeat_interleave", x, axis, &d, &size)
               ? repeated(&c.call, x, d, n, true)
               : NULL;
}
