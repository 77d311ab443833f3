/* The windows of max and average pooling; see pool.h. Must not know what is done with a window. */
#include <stdio.h>

#include "ops/common/strided.h"
#include "pool.h"

/* --- from options ----------------------------------------------------------------------------- */

static bool absent(const int64_t given[3], int n)
{
    bool none = true;
    for (int d = 0; d < n; d++) {
        none = none && given[d] == 0;
    }
    return none;
}

/* With ceil_mode a last window may reach beyond the padded input, but must begin before its end. */
static bool output_size(ag__composite *c, ag__windows *w, int d, bool ceil_mode)
{
    int64_t at = d - (3 - w->n), reach = (w->k[d] - 1) * w->dilation[d];
    int64_t padded = w->x[d] + 2 * w->pad[d], more = ceil_mode ? w->stride[d] - 1 : 0;
    if (w->pad[d] > w->k[d] / 2) {
        ag_call_fail(&c->call, AG_ERR_VALUE, "ag_pad makes more",
                     "padding %lld in spatial dimension %lld is more than half of kernel %lld",
                     (long long)w->pad[d], (long long)at, (long long)w->k[d]);
        return false;
    }
    if (padded + more <= reach) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "a smaller kernel, or padding",
                     "the kernel is larger than the padded input in spatial dimension %lld: %lld "
                     "(size %lld, dilation %lld) and %lld",
                     (long long)at, (long long)reach + 1, (long long)w->k[d],
                     (long long)w->dilation[d], (long long)padded);
        return false;
    }
    w->y[d] = (padded + more - reach - 1) / w->stride[d] + 1;
    if (ceil_mode && (w->y[d] - 1) * w->stride[d] >= w->x[d] + w->pad[d]) {
        w->y[d]--;
    }
    return true;
}

bool ag__windows_open(ag__windows *w, const char *name, int n, ag_tensor *x,
                      const ag_pool_options *o)
{
    ag__composite c;
    *w = (ag__windows){.n = n};
    if (!ag__composite_open(&c, name, &x, 1, 1) || ag_call_same_float(&c.call) != AG_OK) {
        return false;
    }
    if (o == NULL) {
        ag_call_fail(&c.call, AG_ERR_NULL_ARGUMENT, NULL,
                     "the options, which have the kernel, are NULL");
        return false;
    }
    w->exclude_pad = o->exclude_pad;
    w->divisor = o->divisor;
    int ndim = ag_shape_of(x).ndim;
    if (ndim != n + 1 && ndim != n + 2) {
        char text[AG__TEXT_BYTES];
        ag_call_fail(&c.call, AG_ERR_SHAPE, "batch (or not), channels, then the spatial ones",
                     "an operand of shape %s has no %d spatial dimension%s",
                     ag__text_of(ag_shape_of(x), text), n, n == 1 ? "" : "s");
        return false;
    }
    const int64_t *stride = absent(o->stride, n) ? o->kernel : o->stride;
    bool ok = ag__layer_option(&c, "kernel", o->kernel, n, 0, 1, 1, w->k) &&
              ag__layer_option(&c, "stride", stride, n, 0, 1, 1, w->stride) &&
              ag__layer_option(&c, "dilation", o->dilation, n, 1, 1, 1, w->dilation) &&
              ag__layer_option(&c, "padding", o->padding, n, 0, 0, 0, w->pad);
    ag__layer_extents(ag_shape_of(x), ndim - n, n, w->x);
    for (int d = 0; ok && d < 3; d++) {
        ok = output_size(&c, w, d, o->ceil_mode);
    }
    return ok;
}

bool ag__windows_adapt(ag__windows *w, const char *name, int n, ag_tensor *x, const int64_t size[3])
{
    ag__composite c;
    *w = (ag__windows){.n = n, .adaptive = true};
    if (!ag__composite_open(&c, name, &x, 1, 1) || ag_call_same_float(&c.call) != AG_OK) {
        return false;
    }
    ag_shape s = ag_shape_of(x);
    if (s.ndim != n + 1 && s.ndim != n + 2) {
        ag_call_fail(&c.call, AG_ERR_SHAPE, "batch (or not), channels, then the spatial ones",
                     "%d dimensions: not %d or %d", s.ndim, n + 1, n + 2);
        return false;
    }
    if (!ag__layer_option(&c, "result size", size, n, 0, 0, 1, w->y)) {
        return false;
    }
    ag__layer_extents(s, s.ndim - n, n, w->x);
    for (int d = 0; d < 3; d++) {
        if (w->x[d] < 1 || w->x[d] > INT32_MAX) {
            ag_call_fail(&c.call, w->x[d] < 1 ? AG_ERR_SHAPE : AG_ERR_OVERFLOW, NULL,
                         "%lld elements in spatial dimension %d", (long long)w->x[d], d - (3 - n));
            return false;
        }
    }
    return true;
}

/* --- shapes ----------------------------------------------------------------------------------- */

ag_status ag__windows_infer(ag_call *call, const ag__windows *w, bool pooled)
{
    char text[AG__TEXT_BYTES];
    const int64_t *have = pooled ? w->y : w->x, *make = pooled ? w->x : w->y;
    call->shape = ag_shape_of(call->in[0]);
    int first = call->shape.ndim - w->n;
    bool fits = first >= 0;
    for (int d = 0; fits && d < w->n; d++) {
        fits = call->shape.dim[first + d] == have[3 - w->n + d];
        call->shape.dim[first + d] = make[3 - w->n + d];
    }
    if (!fits) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "shape %s is not that of the windows",
                            ag__text_of(ag_shape_of(call->in[0]), text));
    }
    return AG_OK;
}

int64_t ag__windows_size(const int64_t extent[3])
{
    return extent[0] * extent[1] * extent[2];
}

int64_t ag__windows_planes(const ag__windows *w, const ag_array *a)
{
    int64_t planes = 1;
    for (int d = 0; d < a->ndim - w->n; d++) {
        planes *= a->dim[d];
    }
    return planes;
}

void ag__windows_at(const ag__windows *w, int64_t i, int64_t at[3])
{
    at[0] = i / w->y[2] / w->y[1];
    at[1] = i / w->y[2] % w->y[1];
    at[2] = i % w->y[2];
}

ag__pool_window ag__windows_elements(const ag__windows *w, int64_t i)
{
    ag__pool_window b = {.count = 1};
    int64_t o[3];
    ag__windows_at(w, i, o);
    for (int d = 0; d < 3; d++) {
        b.from[d] = o[d] * w->x[d] / w->y[d];
        b.to[d] = ((o[d] + 1) * w->x[d] - 1) / w->y[d] + 1;
        b.count *= b.to[d] - b.from[d];
    }
    return b;
}

ag__range ag__windows_meet(const ag__windows *w, int d, int64_t k)
{
    int64_t step = w->stride[d], first = k * w->dilation[d] - w->pad[d];
    int64_t from = first < 0 ? (-first - 1) / step + 1 : 0;
    int64_t to = first < w->x[d] ? (w->x[d] - 1 - first) / step + 1 : 0;
    to = to < w->y[d] ? to : w->y[d];
    return (ag__range){from < to ? from : to, to};
}

/* Writes "kernel 2,2, stride 2,2, padding 0,0", or "to 3,3" for adaptive pooling. */
void ag__windows_describe(const void *attr, char *text, size_t bytes)
{
    const ag__windows *w = attr;
    const struct {
        const char *word;
        const int64_t *of;
    } list[] = {{"kernel", w->k}, {", stride", w->stride}, {", padding", w->pad}, {"to", w->y}};
    size_t used = 0;
    for (int i = w->adaptive ? 3 : 0; i < (w->adaptive ? 4 : 3); i++) {
        for (int d = 3 - w->n; d < 3 && used < bytes; d++) {
            used += (size_t)snprintf(text + used, bytes - used, "%s%c%lld",
                                     d == 3 - w->n ? list[i].word : "", d == 3 - w->n ? ' ' : ',',
                                     (long long)list[i].of[d]);
        }
    }
}
