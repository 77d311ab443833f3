/* grid_sample: for each coordinate of a place the elements beside it and their weights; then all
 * products of these are gathered and added up. It is made of elementwise operations and gathers, so
 * that every derivative is there. Must not know how a gather finds its elements.
 */
#include <autograd/elementwise.h>
#include <autograd/index.h>
#include <autograd/shape.h>

#include "ops/common/composite.h"
#include "ops/common/scalar_like.h"
#include "resample_ops.h"

enum { MOST_TAPS = 4 };

/* Of one coordinate: for each of its taps the index along x's axis and the weight, both (N, P) for
 * P places in a sample; the weight is 0 where a tap lies beyond x. */
typedef struct taps {
    int n;
    ag_tensor *index[MOST_TAPS], *weight[MOST_TAPS];
} taps;

/* --- one coordinate --------------------------------------------------------------------------- */

/* Within [0, n - 1]; on the border, too, there is no gradient, as in PyTorch. */
static ag_tensor *to_border(ag_tensor *at, int64_t n)
{
    ag_tensor *low = ag__scalar_like(at, 0), *high = ag__scalar_like(at, (double)(n - 1));
    return ag_where(ag_le(at, low), low, ag_where(ag_ge(at, high), high, at));
}

/* Mirrored at the centers of the outermost elements or, without align_corners, at their edges, as
 * often as needed. */
static ag_tensor *mirrored(ag_tensor *at, int64_t n, bool align_corners)
{
    const double low = align_corners ? 0 : -0.5, span = (double)(align_corners ? n - 1 : n);
    if (span == 0) {
        return ag_mul_scalar(at, 0);
    }
    ag_tensor *width = ag__scalar_like(at, span);
    ag_tensor *distance = ag_abs(ag_add_scalar(at, -low)), *rest = ag_fmod(distance, width);
    ag_tensor *turns = ag_floor_divide(ag_detach(distance), width);
    ag_tensor *is_odd = ag_remainder(turns, ag__scalar_like(at, 2));
    ag_tensor *back = ag_add_scalar(ag_neg(rest), span);
    return to_border(ag_add_scalar(ag_where(is_odd, back, rest), low), n);
}

static ag_tensor *padded(ag_tensor *at, int64_t n, const ag_grid_options *o)
{
    return o->padding == AG_GRID_ZEROS    ? at
           : o->padding == AG_GRID_BORDER ? to_border(at, n)
                                          : mirrored(at, n, o->align_corners);
}

/* ((c3 t + c2) t + c1) t + c0 */
static ag_tensor *polynomial(ag_tensor *t, double c3, double c2, double c1, double c0)
{
    ag_tensor *y = ag_add_scalar(ag_mul_scalar(t, c3), c2);
    return ag_add_scalar(ag_mul(ag_add_scalar(ag_mul(y, t), c1), t), c0);
}

/* The weights of the taps at a distance t behind the element before; a of Keys is -3/4. */
static void set_weights(taps *s, ag_tensor *t, ag_resample_mode mode)
{
    if (mode == AG_RESAMPLE_NEAREST) {
        s->weight[0] = ag_expand(ag__scalar_like(t, 1), ag_shape_of(t));
    } else if (mode == AG_RESAMPLE_LINEAR) {
        s->weight[0] = ag_add_scalar(ag_neg(t), 1);
        s->weight[1] = t;
    } else {
        s->weight[0] = polynomial(t, -0.75, 1.5, -0.75, 0);
        s->weight[1] = polynomial(t, 1.25, -2.25, 0, 1);
        s->weight[2] = polynomial(t, -1.25, 1.5, 0.75, 0);
        s->weight[3] = polynomial(t, 0.75, -0.75, 0, 0);
    }
}

/* The taps of coordinate g of the grid, -1 to 1, along an axis of n elements. */
static taps find_taps(ag_tensor *g, int64_t n, const ag_grid_options *o)
{
    const bool cubic = o->mode == AG_RESAMPLE_CUBIC, nearest = o->mode == AG_RESAMPLE_NEAREST;
    const double scale = (double)(o->align_corners ? n - 1 : n) / 2;
    taps s = {.n = cubic ? 4 : nearest ? 1 : 2};
    ag_tensor *at = ag_add_scalar(ag_mul_scalar(g, scale), (double)(n - 1) / 2);
    at = cubic ? at : padded(at, n, o);
    ag_tensor *fixed = ag_detach(at), *first = nearest ? ag_round(fixed) : ag_floor(fixed);
    ag_tensor *zero = ag__scalar_like(g, 0), *last = ag__scalar_like(g, (double)(n - 1));
    set_weights(&s, ag_sub(at, first), o->mode);
    for (int k = 0; k < s.n; k++) {
        ag_tensor *tap = ag_add_scalar(first, k - (cubic ? 1 : 0));
        tap = cubic ? padded(tap, n, o) : tap;
        ag_tensor *inside = ag_mul(ag_ge(tap, zero), ag_le(tap, last));
        s.weight[k] = ag_mul(s.weight[k], ag_cast(inside, ag_dtype_of(g)));
        s.index[k] = ag_cast(to_border(tap, n), AG_I64);
    }
    return s;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* The element of x, (N, C, all places of x), for one tap of each coordinate, times their weights. */
static ag_tensor *term(ag_tensor *x, const taps *s, int n, const int *tap, ag_shape size)
{
    ag_tensor *index = s[n - 1].index[tap[n - 1]], *weight = s[n - 1].weight[tap[n - 1]];
    for (int k = n - 2; k >= 0; k--) {
        index =
            ag_add(ag_mul_scalar(index, (double)size.dim[size.ndim - 1 - k]), s[k].index[tap[k]]);
        weight = ag_mul(weight, s[k].weight[tap[k]]);
    }
    ag_shape all = ag_shape_of(index), one = {3, {all.dim[0], 1, all.dim[1]}}, each = one;
    each.dim[1] = ag_shape_of(x).dim[1];
    ag_tensor *taken = ag_gather(x, ag_expand(ag_reshape(index, one), each), 2);
    return ag_mul(taken, ag_reshape(weight, one));
}

static ag_tensor *sampled(ag_tensor *x, ag_tensor *grid, const ag_grid_options *o)
{
    ag_shape size = ag_shape_of(x), places = ag_shape_of(grid), out = size;
    int n = size.ndim - 2, tap[3] = {0};
    ag_shape flat = {3, {size.dim[0], size.dim[1], 1}}, rows = {3, {size.dim[0], 1, n}};
    taps s[3];
    for (int d = 0; d < n; d++) {
        flat.dim[2] *= size.dim[d + 2];
        rows.dim[1] *= places.dim[d + 1];
        out.dim[d + 2] = places.dim[d + 1];
    }
    grid = ag_reshape(grid, rows);
    x = ag_reshape(x, flat);
    for (int k = 0; k < n; k++) {
        s[k] = find_taps(ag_select(grid, 2, k), size.dim[size.ndim - 1 - k], o);
    }
    ag_tensor *y = NULL;
    for (int k = 0; k < n;) {
        ag_tensor *one = term(x, s, n, tap, size);
        y = y == NULL ? one : ag_add(y, one);
        for (k = 0; k < n && ++tap[k] == s[k].n; k++) {
            tap[k] = 0;
        }
    }
    return ag_reshape(y, out);
}

static bool check(const ag__composite *c, ag_tensor *x, ag_tensor *grid, const ag_grid_options *o)
{
    char tx[AG_SHAPE_TEXT], tg[AG_SHAPE_TEXT];
    ag_shape a = ag_shape_of(x), b = ag_shape_of(grid);
    int n = a.ndim - 2;
    bool fits = (n == 2 || n == 3) && b.ndim == n + 2 && a.dim[0] == b.dim[0] && b.dim[n + 1] == n;
    for (int d = 0; fits && d < n; d++) {
        fits = a.dim[d + 2] > 0;
    }
    if (!fits) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "x [N,C,H,W] and a grid [N,H',W',2], or with depth",
                     "x of %s and a grid of %s", ag_shape_text(a, tx), ag_shape_text(b, tg));
        return false;
    }
    return ag__composite_argument(
               c, (unsigned)o->mode < (n == 2 ? AG_RESAMPLE_AREA : AG_RESAMPLE_CUBIC), "mode",
               o->mode, "linear or nearest; cubic for images") &&
           ag__composite_argument(c, (unsigned)o->padding <= AG_GRID_REFLECTION, "padding",
                                  o->padding, "AG_GRID_ZEROS, BORDER or REFLECTION");
}

ag_tensor *ag_grid_sample(ag_tensor *x, ag_tensor *grid, const ag_grid_options *options)
{
    static const ag_grid_options usual = {.mode = AG_RESAMPLE_LINEAR};
    const ag_grid_options *o = options != NULL ? options : &usual;
    ag__composite c;
    if (!ag__composite_open(&c, "grid_sample", (ag_tensor *[]){x, grid}, 2, 2) ||
        ag_call_same_float(&c.call) != AG_OK || !check(&c, x, grid, o)) {
        return NULL;
    }
    return AG__COMPOSED(&c, sampled(x, grid, o));
}
