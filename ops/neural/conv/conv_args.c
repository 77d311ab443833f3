/* The arguments of a convolution: options and shapes are checked, in the name of the function that
 * the user called, and become the sizes that conv_maps.h works with. Must not know an operation.
 * Output sizes: Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016),
 * relationships 6 and 14.
 */
#include "conv_args.h"

#include "ops/common/strided.h"
#include "ops/neural/spatial.h"

static bool refuse_shapes(ag__conv_job *j, const char *why)
{
    char tx[AG__TEXT_BYTES], tw[AG__TEXT_BYTES];
    ag_call_fail(&j->layer.call, AG_ERR_SHAPE,
                 "x has batch (or not), channels and spatial dimensions; the weight has its two "
                 "numbers of channels first",
                 "%s: x is %s, the weight %s, for %d spatial dimension%s", why,
                 ag__text_of(ag_shape_of(j->x), tx), ag__text_of(ag_shape_of(j->w), tw), j->conv.n,
                 j->conv.n == 1 ? "" : "s");
    return false;
}

/* Of groups a picture would set numbers beside each other that need not be equal. */
static void draw_channels(const ag__conv_job *j, ag_tensor *const in[3])
{
    ag_call_picture(&j->layer.call, AG_PICTURE_ALIGNED,
                    (ag_picture_row[]){
                        {in[0], "x", ag_shape_of(in[0]), ag_shape_of(in[0]).ndim - j->conv.n - 1},
                        {in[1], "weight", ag_shape_of(in[1]), 1}});
}

/* Reads the options as sizes. x gets a batch dimension if it has none. */
static bool open(ag__conv_job *j, const char *name, int n, ag_tensor *const in[3],
                 const ag_conv_options *o)
{
    ag__composite *c = &j->layer;
    *j = (ag__conv_job){.conv = {.n = n}, .x = in[0], .w = in[1]};
    if (!ag__composite_open(c, name, in, 2, 3) || ag_call_same_float(&c->call) != AG_OK) {
        return false;
    }
    int ndim = ag_shape_of(j->x).ndim;
    if (ag_shape_of(j->w).ndim != n + 2 || (ndim != n + 1 && ndim != n + 2)) {
        return refuse_shapes(j, "wrong number of dimensions");
    }
    ag__conv_size *s = &j->conv.size;
    if (!ag__layer_option(c, "stride", o->stride, n, 1, 1, 1, s->stride) ||
        !ag__layer_option(c, "dilation", o->dilation, n, 1, 1, 1, s->dilation) ||
        !ag__layer_option(c, "padding", o->padding, n, 0, 0, 0, s->pad)) {
        return false;
    }
    if (o->groups < 0) {
        ag_call_fail(&c->call, AG_ERR_VALUE, "1, or a number that divides the channels",
                     "the number of groups is %lld", (long long)o->groups);
        return false;
    }
    s->groups = o->groups == 0 ? 1 : o->groups;
    j->batched = ndim == n + 2;
    j->x = j->batched ? j->x : ag__layer_batch(j->x);
    ag__layer_extents(ag_shape_of(j->w), 2, n, s->k);
    return j->x != NULL;
}

/* Whether the groups divide `channels`, which `what` names, and the weight has as many channels as
 * a group. */
static bool groups_fit(ag__conv_job *j, const char *what, int64_t channels)
{
    int64_t groups = j->conv.size.groups;
    if (channels % groups != 0) {
        ag_call_fail(&j->layer.call, AG_ERR_VALUE, "each group has as many channels as every other",
                     "%lld groups do not divide %lld %s channels", (long long)groups,
                     (long long)channels, what);
        return false;
    }
    return true;
}

/* The distance from the first to the last element of a kernel with dilation. False and a kept error
 * if the number does not fit. */
static bool reach_of(ag__conv_job *j, int d, int64_t *reach)
{
    const ag__conv_size *s = &j->conv.size;
    if (s->k[d] < 1 || s->k[d] - 1 > INT32_MAX) {
        ag_call_fail(&j->layer.call, AG_ERR_SHAPE, NULL,
                     "a kernel of size %lld in spatial "
                     "dimension %d",
                     (long long)s->k[d], d - (3 - j->conv.n));
        return false;
    }
    *reach = (s->k[d] - 1) * s->dilation[d];
    return true;
}

static bool same_padding(ag__conv_job *j)
{
    ag__conv_size *s = &j->conv.size;
    for (int d = 0; d < 3; d++) {
        int64_t reach;
        if (!reach_of(j, d, &reach)) {
            return false;
        }
        if (s->stride[d] != 1 || s->pad[d] != 0) {
            ag_call_fail(&j->layer.call, AG_ERR_VALUE, "leave `same` out and give the padding",
                         "`same` with stride %lld and padding %lld in spatial dimension %d: it "
                         "needs stride 1 and no padding of your own",
                         (long long)s->stride[d], (long long)s->pad[d], d - (3 - j->conv.n));
            return false;
        }
        s->pad[d] = reach / 2;
        j->after[d] = reach - reach / 2;
    }
    return true;
}

static bool output_sizes(ag__conv_job *j)
{
    ag__conv_size *s = &j->conv.size;
    ag__layer_extents(ag_shape_of(j->x), 2, j->conv.n, s->x);
    for (int d = 0; d < 3; d++) {
        int64_t reach, padded = s->x[d] + s->pad[d] + j->after[d];
        if (!reach_of(j, d, &reach)) {
            return false;
        }
        if (padded <= reach) {
            ag_call_fail(&j->layer.call, AG_ERR_SHAPE, "a smaller kernel, or more padding",
                         "the kernel is larger than the padded input in spatial dimension %d: "
                         "%lld (size %lld, dilation %lld) and %lld",
                         d - (3 - j->conv.n), (long long)reach + 1, (long long)s->k[d],
                         (long long)s->dilation[d], (long long)padded);
            return false;
        }
        s->y[d] = (padded - reach - 1) / s->stride[d] + 1;
    }
    return true;
}

bool ag__conv_open(ag__conv_job *j, const char *name, int n, ag_tensor *const in[3],
                   const ag_conv_options *o)
{
    static const ag_conv_options standard;
    o = o != NULL ? o : &standard;
    if (!open(j, name, n, in, o)) {
        return false;
    }
    ag_shape sx = ag_shape_of(j->x), sw = ag_shape_of(in[1]);
    if (!groups_fit(j, "input", sx.dim[1]) || !groups_fit(j, "output", sw.dim[0])) {
        return false;
    }
    if (sw.dim[1] != sx.dim[1] / j->conv.size.groups) {
        if (j->conv.size.groups == 1) {
            draw_channels(j, in);
        }
        refuse_shapes(j, "the weight is for another number of input channels");
        return false;
    }
    for (int d = 0; d < 3; d++) {
        j->after[d] = j->conv.size.pad[d];
    }
    if ((o->same && !same_padding(j)) || !output_sizes(j) ||
        !ag__composite_shape(&j->layer, "bias", in[2], AG_SHAPE(sw.dim[0]))) {
        return false;
    }
    return true;
}

/* --- transposed ------------------------------------------------------------------------------- */

static bool output_padding_fits(ag__conv_job *j, int d, int64_t extra)
{
    const ag__conv_size *s = &j->conv.size;
    bool fits = extra < s->stride[d] || extra < s->dilation[d];
    if (!fits) {
        ag_call_fail(&j->layer.call, AG_ERR_VALUE,
                     "it chooses among the sizes that the convolution brings to the same",
                     "output padding %lld in spatial dimension %d is not below stride %lld or "
                     "dilation %lld",
                     (long long)extra, d - (3 - j->conv.n), (long long)s->stride[d],
                     (long long)s->dilation[d]);
    }
    return fits;
}

/* Computes the sizes of the result, which is the X of the maps. */
static bool transposed_sizes(ag__conv_job *j, const int64_t extra[3])
{
    ag__conv_size *s = &j->conv.size;
    ag__layer_extents(ag_shape_of(j->x), 2, j->conv.n, s->y);
    for (int d = 0; d < 3; d++) {
        int64_t reach;
        if (!reach_of(j, d, &reach) || !output_padding_fits(j, d, extra[d])) {
            return false;
        }
        if (s->y[d] > INT64_MAX / 4 / s->stride[d]) {
            ag_call_fail(&j->layer.call, AG_ERR_OVERFLOW, NULL, "%lld elements with stride %lld",
                         (long long)s->y[d], (long long)s->stride[d]);
            return false;
        }
        s->x[d] = (s->y[d] - 1) * s->stride[d] - 2 * s->pad[d] + reach + 1 + extra[d];
        if (s->x[d] < 1) {
            ag_call_fail(&j->layer.call, AG_ERR_SHAPE, "less padding",
                         "the result would have size %lld in spatial dimension %d",
                         (long long)s->x[d], d - (3 - j->conv.n));
            return false;
        }
    }
    return true;
}

bool ag__conv_transpose_open(ag__conv_job *j, const char *name, int n, ag_tensor *const in[3],
                             const ag_conv_options *o)
{
    static const ag_conv_options standard;
    int64_t extra[3];
    o = o != NULL ? o : &standard;
    if (!open(j, name, n, in, o) ||
        !ag__layer_option(&j->layer, "output padding", o->output_padding, n, 0, 0, 0, extra)) {
        return false;
    }
    ag_shape sw = ag_shape_of(in[1]);
    if (sw.dim[0] != ag_shape_of(j->x).dim[1]) {
        refuse_shapes(j, "the weight is for another number of input channels");
        return false;
    }
    if (o->same) {
        ag_call_fail(&j->layer.call, AG_ERR_VALUE, "give the padding", "`same` has no transpose");
        return false;
    }
    if (!groups_fit(j, "input", sw.dim[0]) || !transposed_sizes(j, extra)) {
        return false;
    }
    if (sw.dim[1] > INT64_MAX / j->conv.size.groups) {
        ag_call_fail(&j->layer.call, AG_ERR_OVERFLOW, NULL, "%lld groups of %lld channels",
                     (long long)j->conv.size.groups, (long long)sw.dim[1]);
        return false;
    }
    if (!ag__composite_shape(&j->layer, "bias", in[2], AG_SHAPE(sw.dim[1] * j->conv.size.groups))) {
        return false;
    }
    return true;
}
