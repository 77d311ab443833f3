/* What is told of a convolution, and samples for the tests that loop over all operations; see
 * conv.h.
 */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/ops.h>

#include "conv.h"

/* "kernel 3,3, stride 2,2, padding 1,1" and, where they are not 1, dilation and groups. */
void ag__conv_describe(const void *attr, char *text, size_t bytes)
{
    const ag__conv_attr *c = attr;
    const ag__conv_size *s = &c->size;
    const struct {
        const char *word;
        const int64_t *of;
    } list[] = {
        {"kernel", s->k},
        {", stride", s->stride},
        {", padding", s->pad},
        {", dilation", s->dilation},
    };
    size_t used = 0;
    for (int i = 0; i < 4; i++) {
        for (int d = 3 - c->n; d < 3 && used < bytes; d++) {
            used += (size_t)snprintf(text + used, bytes - used, "%s%c%lld",
                                     d == 3 - c->n ? list[i].word : "", d == 3 - c->n ? ' ' : ',',
                                     (long long)list[i].of[d]);
        }
    }
    if (s->groups > 1 && used < bytes) {
        snprintf(text + used, bytes - used, ", %lld groups", (long long)s->groups);
    }
}

static ag_tensor *sample_1d(ag_tensor *const *in)
{
    return ag_conv1d(in[0], in[1], NULL, &(ag_conv_options){.stride = {2}, .padding = {1}});
}

static ag_tensor *sample_2d(ag_tensor *const *in)
{
    return ag_conv2d(in[0], in[1], in[2], NULL);
}

static ag_tensor *sample_groups(ag_tensor *const *in)
{
    return ag_conv2d(in[0], in[1], NULL,
                     &(ag_conv_options){.padding = {0, 2}, .dilation = {1, 2}, .groups = 2});
}

static ag_tensor *sample_3d(ag_tensor *const *in)
{
    return ag_conv3d(in[0], in[1], NULL, &(ag_conv_options){.stride = {1, 2, 1}});
}

static ag_tensor *sample_transpose(ag_tensor *const *in)
{
    return ag_conv_transpose2d(
        in[0], in[1], NULL,
        &(ag_conv_options){
            .stride = {2, 1}, .padding = {1, 0}, .output_padding = {1, 0}, .groups = 2});
}

static ag_tensor *sample_weight(ag_tensor *const *in)
{
    ag__conv_attr c = {2, {.groups = 2, .x = {1, 4, 3}, .k = {1, 2, 2}, .y = {1, 3, 1}}};
    memcpy(c.size.stride, (int64_t[3]){1, 1, 2}, sizeof c.size.stride);
    memcpy(c.size.dilation, (int64_t[3]){1, 1, 1}, sizeof c.size.dilation);
    memcpy(c.size.pad, (int64_t[3]){0, 0, 0}, sizeof c.size.pad);
    return ag_apply(&ag__conv_weight_op, in, 2, &c, sizeof c);
}

const ag_case ag__conv_cases[] = {
    {"[2,2,5] with [2,2,3], stride 2", sample_1d, 2, {{3, {2, 2, 5}}, {3, {2, 2, 3}}}, -2, 2},
    {"2 groups, dilation 1,2", sample_groups, 2, {{4, {1, 4, 2, 3}}, {4, {2, 2, 2, 2}}}, -2, 2},
    {"[1,1,2,3,3] with [2,1,2,1,2]",
     sample_3d,
     2,
     {{5, {1, 1, 2, 3, 3}}, {5, {2, 1, 2, 1, 2}}},
     -2,
     2},
    {"a batch of 0", sample_1d, 2, {{3, {0, 2, 5}}, {3, {2, 2, 3}}}, -2, 2},
};

const ag_case ag__conv_input_cases[] = {
    {"2 groups, output padding",
     sample_transpose,
     2,
     {{4, {1, 4, 2, 2}}, {4, {4, 1, 3, 2}}},
     -2,
     2},
};

const ag_case ag__conv_weight_cases[] = {
    {"2 groups, stride 1,2", sample_weight, 2, {{4, {2, 2, 4, 3}}, {4, {2, 4, 3, 1}}}, -2, 2},
};

const ag_case ag__conv_bias_cases[] = {
    {"[1,2,3,4] with [2,2,2,2]",
     sample_2d,
     3,
     {{4, {1, 2, 3, 4}}, {4, {2, 2, 2, 2}}, {1, {2}}},
     -2,
     2},
    {"a batch of 0", sample_2d, 3, {{4, {0, 2, 3, 4}}, {4, {2, 2, 2, 2}}, {1, {2}}}, -2, 2},
    {"no channels", sample_2d, 3, {{4, {2, 0, 3, 4}}, {4, {2, 0, 2, 2}}, {1, {2}}}, -2, 2},
};
