/* interpolate: one resampling for each spatial dimension that changes. Must not know how that is
 * computed; that is resample.c.
 */
#include <math.h>

#include "ops/common/composite.h"
#include "resample_ops.h"

static bool fails(const ag__composite *c, ag_status status, const char *hint, const char *text)
{
    ag_call_fail(&c->call, status, hint, "%s", text);
    return false;
}

static bool check_options(const ag__composite *c, const ag_interpolate_options *o, int n)
{
    bool sizes = false, factors = false, good = true;
    if (o == NULL) {
        return fails(c, AG_ERR_NULL_ARGUMENT, NULL, "the options, which have the size, are NULL");
    }
    for (int d = 0; d < n; d++) {
        sizes = sizes || o->size[d] != 0;
        factors = factors || o->scale[d] != 0;
    }
    for (int d = 0; d < n; d++) {
        good = good && (sizes ? o->size[d] > 0 : o->scale[d] > 0 && isfinite(o->scale[d]));
    }
    if (sizes == factors || !good) {
        return fails(c, AG_ERR_VALUE, "a number above 0 for each spatial dimension",
                     sizes == factors ? "either sizes or scales are needed"
                                      : "a size or scale is not above 0");
    }
    if ((unsigned)o->mode > AG_RESAMPLE_AREA) {
        return fails(c, AG_ERR_VALUE, "AG_RESAMPLE_LINEAR, NEAREST, CUBIC or AREA",
                     "there is no such mode");
    }
    if (o->align_corners && (o->mode == AG_RESAMPLE_NEAREST || o->mode == AG_RESAMPLE_AREA)) {
        return fails(c, AG_ERR_VALUE, "it is for linear and cubic", "align_corners has no meaning");
    }
    return true;
}

/* What is to be done along spatial dimension d of x. */
static bool resampling(const ag__composite *c, const ag_interpolate_options *o, const ag_tensor *x,
                       int d, ag__resampling *r)
{
    int64_t from = ag_shape_of(x).dim[d + 2], to = o->size[d];
    double scaled = floor((double)from * o->scale[d]);
    if (to == 0) {
        to = scaled < 0x1p53 ? (int64_t)scaled : INT64_MAX;
    }
    if (from < 1 || to < 1) {
        return fails(c, AG_ERR_SHAPE, NULL, "there would be no element along an axis");
    }
    if (to > INT64_MAX / 64 / from) {
        return fails(c, AG_ERR_OVERFLOW, NULL, "the size does not fit");
    }
    *r = (ag__resampling){d + 2, o->mode, o->align_corners, o->scale[d], from, to};
    return true;
}

ag_tensor *ag_interpolate(ag_tensor *x, const ag_interpolate_options *options)
{
    ag__composite c;
    ag__resampling r[3];
    int n = ag_shape_of(x).ndim - 2;
    if (!ag__composite_open(&c, "interpolate", &x, 1, 1) || ag_call_same_float(&c.call) != AG_OK) {
        return NULL;
    }
    if (n < 1 || n > 3) {
        fails(&c, AG_ERR_SHAPE, "batch, channels, then the spatial ones",
              "one to three spatial dimensions are needed");
        return NULL;
    }
    bool good = check_options(&c, options, n);
    for (int d = 0; d < n; d++) {
        good = good && resampling(&c, options, x, d, &r[d]);
    }
    ag__composite_enter(&c);
    for (int d = 0; good && d < n; d++) {
        bool same = r[d].from == r[d].to && (r[d].scale == 0 || r[d].scale == 1);
        x = same ? x : ag_apply(&ag__resample_op, &x, 1, &r[d], sizeof r[d]);
    }
    return ag__composite_leave(&c, good ? x : NULL);
}
