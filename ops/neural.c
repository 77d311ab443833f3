/* dropout, and the table of this family. */
#define AG_NO_SITES
#include <stdio.h>

#include <autograd/ops.h>

#include "conv.h"
#include "family.h"
#include "pool.h"
#include "standardise.h"
#include "strided.h"

/* --- dropout ---------------------------------------------------------------------------------- */

static ag_status mask_infer(ag_call *call)
{
    call->shape = ag_shape_of(call->in[0]);
    return ag_call_same_float(call);
}

/* 0 with probability p, otherwise 1/(1 - p), drawn row-major from the graph's generator. */
static ag_status mask_forward(ag_call *call)
{
    double p = *(const double *)call->attr, kept = p < 1 ? 1 / (1 - p) : 0;
    for (int64_t i = 0; i < call->out.size; i++) {
        double value = ag_random_uniform(call->graph) < p ? 0 : kept;
        if (call->dtype == AG_F64) {
            ((double *)call->out.data)[i] = value;
        } else {
            ((float *)call->out.data)[i] = (float)value;
        }
    }
    return AG_OK;
}

static void mask_describe(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "p = %g", *(const double *)attr);
}

static ag_tensor *sample_mask(ag_tensor *const *in);

static const ag_case mask_cases[] = {
    {"[3,4], p = 0.5", sample_mask, 1, {{2, {3, 4}}}, -2, 2},
};

static const ag_op mask_op = {
    .name = "dropout_mask",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = mask_infer,
    .forward = mask_forward,
    .value = "F(dropout_mask, A)",
    .describe = mask_describe,
    .cases = mask_cases,
    .n_cases = sizeof mask_cases / sizeof mask_cases[0],
};

static ag_tensor *dropout_mask(ag_tensor *x, double p)
{
    return ag_apply(&mask_op, &x, 1, &p, sizeof p);
}

static ag_tensor *sample_mask(ag_tensor *const *in)
{
    return dropout_mask(in[0], 0.5);
}

ag_tensor *ag_dropout(ag_tensor *x, double p, bool training)
{
    ag__layer l;
    if (!ag__layer_open(&l, "dropout", &x, 1, 1) || ag_call_same_float(&l.call) != AG_OK ||
        !ag__layer_probability(&l, p)) {
        return NULL;
    }
    return training && p > 0 ? ag_mul(x, dropout_mask(x, p)) : x;
}

/* --- the family ------------------------------------------------------------------------------- */

extern const ag_op ag__linear_op, ag__embedding_op, ag__embedding_add_op;

const ag_op *const ag__neural_ops[] = {
    &ag__conv_op,
    &ag__conv_input_op,
    &ag__conv_weight_op,
    &ag__max_pool_index_op,
    &ag__max_pool_op,
    &ag__max_unpool_op,
    &ag__avg_pool_op,
    &ag__avg_unpool_op,
    &ag__embedding_op,
    &ag__embedding_add_op,
    &ag__linear_op,
    &mask_op,
    &ag__standardise_op,
    NULL,
};
