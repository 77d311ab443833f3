/* one_hot: labels as rows with a single 1. Must not know what the classes are. */
#define AG_NO_SITES
#include <stdio.h>
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/index.h>

#include "index_ops.h"
#include "ops/common/indexing.h"

static ag_status one_hot_infer(ag_call *call)
{
    int64_t classes = *(const int64_t *)call->attr;
    ag_array labels = ag_array_of(call->in[0]);
    ag_status status = ag__index_dtype(call, call->in[0], "labels");
    if (status == AG_OK && labels.ndim == AG_MAX_DIMS) {
        status = ag_call_fail(call, AG_ERR_SHAPE, NULL, "the labels have %d dimensions already",
                              labels.ndim);
    }
    if (status == AG_OK && classes < 0) {
        status = ag_call_fail(call, AG_ERR_VALUE, NULL, "%lld classes", (long long)classes);
    }
    if (status == AG_OK) {
        status = ag__index_within(call, &labels, 0, classes, "label");
    }
    call->shape = ag_shape_of(call->in[0]);
    if (status == AG_OK) {
        call->shape.dim[call->shape.ndim++] = classes;
    }
    return status;
}

static ag_status one_hot_forward(ag_call *call)
{
    ag_array labels = ag_array_of(call->in[0]);
    int64_t classes = *(const int64_t *)call->attr, *row = call->out.data;
    memset(row, 0, (size_t)call->out.size * sizeof *row);
    ag__loop l;
    ag__loop_open(&l, labels.ndim, labels.dim);
    ag__loop_add(&l, &labels);
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
        for (int64_t i = 0; i < l.run; i++, row += classes) {
            row[((const int64_t *)(const void *)l.at[0])[i * l.step[0]]] = 1;
        }
    }
    return AG_OK;
}

static void one_hot_describe(const void *attr, char *text, size_t bytes)
{
    snprintf(text, bytes, "%lld classes", (long long)*(const int64_t *)attr);
}

static ag_tensor *sample_one_hot(ag_tensor *const *in)
{
    return ag_one_hot(ag_cast(in[0], AG_I64), 4);
}

static const ag_case one_hot_cases[] = {
    {"[2,3] in 4 classes", sample_one_hot, 1, {{2, {2, 3}}}, 0.1, 3.9},
};

const ag_op ag__one_hot_op = {
    .name = "one_hot",
    .n_in = 1,
    .flags = AG_OP_NO_GRADIENT,
    .infer = one_hot_infer,
    .forward = one_hot_forward,
    .formula = "F(one_hot, A)",
    .describe = one_hot_describe,
    AG_CASES(one_hot_cases),
};

ag_tensor *ag_one_hot(ag_tensor *labels, int64_t classes)
{
    return ag_apply(&ag__one_hot_op, &labels, 1, &classes, sizeof classes);
}
