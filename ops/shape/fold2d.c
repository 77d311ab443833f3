/* unfold2d (im2col), which is made of pad and two unfolds, and its transpose fold2d (col2im). Must not
 * know what is done with a window.
 */
#define AG_NO_SITES
#include <string.h>

#include <autograd/shape.h>

#include "ops/common/composite.h"
#include "unfold.h"

static int64_t or_one(int64_t n)
{
    return n == 0 ? 1 : n;
}

/* The options for an image of height and width `n`; sets how many windows there are. */
static ag_status check_options(const ag_call *call, const ag_unfold_options *o, const int64_t n[2],
                               int64_t windows[2])
{
    for (int i = 0; i < 2; i++) {
        int64_t k = o->kernel[i], s = or_one(o->stride[i]), d = or_one(o->dilation[i]);
        int64_t p = o->padding[i];
        bool sane = k > 0 && s > 0 && d > 0 && p >= 0;
        if (sane && p > (INT64_MAX - n[i]) / 2) {
            return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "padding %lld is too large",
                                (long long)p);
        }
        if (!sane || k > n[i] + 2 * p || (k > 1 && d > (n[i] + 2 * p - 1) / (k - 1))) {
            return ag_call_fail(call, AG_ERR_VALUE, "the kernel must fit into the padded image",
                                "kernel %lld, stride %lld, padding %lld, dilation %lld for %lld "
                                "%s",
                                (long long)k, (long long)s, (long long)p, (long long)d,
                                (long long)n[i], i == 0 ? "rows" : "columns");
        }
        windows[i] = (n[i] + 2 * p - (k - 1) * d - 1) / s + 1;
    }
    return AG_OK;
}

static bool has_options(const ag__composite *c, const ag_unfold_options *o)
{
    if (o == NULL) {
        ag_call_fail(&c->call, AG_ERR_NULL_ARGUMENT, NULL,
                     "the options, which say how large the kernel is, are NULL");
    }
    return o != NULL;
}

/* --- unfold2d --------------------------------------------------------------------------------- */

static ag_status unfold2d_check(const ag_call *call, const ag_unfold_options *o)
{
    ag_shape x = ag_shape_of(call->in[0]);
    int64_t windows[2];
    char text[AG_SHAPE_TEXT];
    if (x.ndim != 3 && x.ndim != 4) {
        return ag_call_fail(call, AG_ERR_SHAPE, "[channels,height,width], or a batch of them",
                            "an image has 3 or 4 dimensions, not %s", ag_shape_text(x, text));
    }
    return check_options(call, o, x.dim + x.ndim - 2, windows);
}

/* Joins the axes C, kh and kw of the windows along both axes, (..., C, oh, ow, kh, kw). */
static ag_tensor *columns(ag_tensor *windows_of_x, int lead)
{
    ag_shape s = ag_shape_of(windows_of_x), to = {lead + 2, {0}};
    ag_axes order = {lead + 5, {0, lead, lead + 3, lead + 4, lead + 1, lead + 2}};
    if (windows_of_x == NULL) {
        return NULL;
    }
    if (lead == 0) {
        memmove(order.axis, order.axis + 1, 5 * sizeof order.axis[0]);
    }
    to.dim[0] = s.dim[0];
    to.dim[lead] = s.dim[lead] * s.dim[lead + 3] * s.dim[lead + 4];
    to.dim[lead + 1] = s.dim[lead + 1] * s.dim[lead + 2];
    return ag_reshape(ag_permute(windows_of_x, order), to);
}

ag_tensor *ag_unfold2d(ag_tensor *x, const ag_unfold_options *options)
{
    ag__composite c;
    if (!ag__composite_open(&c, "unfold2d", &x, 1, 1)) {
        return NULL;
    }
    if (!has_options(&c, options) || unfold2d_check(&c.call, options) != AG_OK) {
        return NULL;
    }
    const ag_unfold_options *o = options;
    int lead = ag_shape_of(x).ndim - 3;
    ag_pad_widths widths = {{0}, {0}};
    for (int i = 0; i < 2; i++) {
        widths.before[lead + 1 + i] = widths.after[lead + 1 + i] = o->padding[i];
    }
    bool padded = o->padding[0] > 0 || o->padding[1] > 0;
    ag_tensor *y = padded ? ag_pad(x, AG_PAD_CONSTANT, &widths, 0) : x;
    y = ag__unfold_windows(y, lead + 1, o->kernel[0], or_one(o->stride[0]), or_one(o->dilation[0]));
    y = ag__unfold_windows(y, lead + 2, o->kernel[1], or_one(o->stride[1]), or_one(o->dilation[1]));
    return columns(y, lead);
}

/* --- fold2d ----------------------------------------------------------------------------------- */

/* The shape (..., C, oh, ow, kh, kw) of the windows of columns (..., C kh kw, oh ow). */
static bool window_shape(const ag__composite *c, ag_shape s, const ag_unfold_options *o,
                         const int64_t windows[2], ag_shape *split)
{
    char text[AG_SHAPE_TEXT];
    int lead = s.ndim - 2;
    int64_t places = o->kernel[0] * o->kernel[1];
    if (s.dim[lead] % places != 0 || s.dim[lead + 1] != windows[0] * windows[1]) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "channels times the kernel, and all windows",
                     "columns of %s do not fit %lld rows and %lld columns of windows of %lld",
                     ag_shape_text(s, text), (long long)windows[0], (long long)windows[1],
                     (long long)places);
        return false;
    }
    *split = (ag_shape){lead + 5, {s.dim[0]}};
    split->dim[lead] = s.dim[lead] / places;
    for (int i = 0; i < 2; i++) {
        split->dim[lead + 1 + i] = o->kernel[i];
        split->dim[lead + 3 + i] = windows[i];
    }
    return true;
}

/* x (..., C, kh, kw, oh, ow), added up in an image of n rows and columns. */
static ag_tensor *add_up(ag_tensor *x, int lead, const ag_unfold_options *o, const int64_t n[2])
{
    ag_axes order = {lead + 5, {0, lead, lead + 3, lead + 4, lead + 1, lead + 2}};
    ag_shape whole = ag_shape_of(x);
    if (lead == 0) {
        memmove(order.axis, order.axis + 1, 5 * sizeof order.axis[0]);
    }
    x = ag_permute(x, order);
    whole = ag_shape_of(x);
    whole.ndim = lead + 4;
    whole.dim[lead + 2] = n[1] + 2 * o->padding[1];
    x = ag__fold_windows(x, lead + 2, or_one(o->stride[1]), or_one(o->dilation[1]), whole);
    whole.ndim = lead + 3;
    whole.dim[lead + 1] = n[0] + 2 * o->padding[0];
    x = ag__fold_windows(x, lead + 1, or_one(o->stride[0]), or_one(o->dilation[0]), whole);
    for (int i = 0; i < 2; i++) {
        bool padded = o->padding[i] > 0;
        x = padded ? ag_narrow(x, lead + 1 + i, o->padding[i], n[i]) : x;
    }
    return x;
}

ag_tensor *ag_fold2d(ag_tensor *x, int64_t height, int64_t width, const ag_unfold_options *options)
{
    ag__composite c;
    ag_shape s = ag_shape_of(x), split;
    const int64_t n[2] = {height, width};
    int64_t windows[2];
    if (!ag__composite_open(&c, "fold2d", &x, 1, 1) || ag_call_same_float(&c.call) != AG_OK ||
        !has_options(&c, options)) {
        return NULL;
    }
    if (s.ndim != 2 && s.ndim != 3) {
        char text[AG_SHAPE_TEXT];
        ag_call_fail(&c.call, AG_ERR_SHAPE, "as ag_unfold2d gives them",
                     "columns have 2 or 3 dimensions, not %s", ag_shape_text(s, text));
        return NULL;
    }
    if (!ag__composite_argument(&c, height > 0, "height", (double)height, "1 or more") ||
        !ag__composite_argument(&c, width > 0, "width", (double)width, "1 or more") ||
        check_options(&c.call, options, n, windows) != AG_OK ||
        !window_shape(&c, s, options, windows, &split)) {
        return NULL;
    }
    return AG__COMPOSED(&c, add_up(ag_reshape(x, split), s.ndim - 2, options, n));
}
