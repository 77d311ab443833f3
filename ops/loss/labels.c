/* Class labels; see labels.h. Must not know any loss. */
#include <autograd/elementwise.h>
#include <autograd/loss.h>

#include "labels.h"
#include "loss_common.h"
#include "ops/common/strided.h"

int ag__class_axis(ag_shape shape)
{
    return shape.ndim > 1 ? 1 : 0;
}

static ag_status fit(ag_call *call)
{
    ag_shape x = ag_shape_of(call->in[0]), t = ag_shape_of(call->in[1]);
    char tx[AG__TEXT_BYTES], tt[AG__TEXT_BYTES], needed[AG__TEXT_BYTES];
    int axis = ag__class_axis(x);
    if (x.ndim == 0) {
        return ag_call_fail(call, AG_ERR_SHAPE, "the scores of C classes have the shape [C]",
                            "a 0-d operand has no classes");
    }
    call->shape.ndim = x.ndim - 1;
    bool same = t.ndim == x.ndim - 1;
    for (int d = 0; d < x.ndim - 1; d++) {
        call->shape.dim[d] = x.dim[d < axis ? d : d + 1];
        same = same && t.dim[d] == call->shape.dim[d];
    }
    if (!same) {
        return ag_call_fail(call, AG_ERR_SHAPE, "classes lie along axis 1: (N,C,...) and (N,...)",
                            "labels %s do not fit scores %s, which need %s", ag__text_of(t, tt),
                            ag__text_of(x, tx), ag__text_of(call->shape, needed));
    }
    return AG_OK;
}

static ag_status bad_label(const ag_call *call, int64_t label, int64_t k, int64_t classes)
{
    ag_shape at = ag__loss_index(ag_shape_of(call->in[1]), k);
    char text[AG__TEXT_BYTES];
    return ag_call_fail(call, AG_ERR_VALUE, "labels count from 0; options can have one ignored",
                        "label %lld at %s is not one of the %lld classes", (long long)label,
                        ag__text_of(at, text), (long long)classes);
}

ag_status ag__class_check(ag_call *call, ag__ignored ignored)
{
    call->dtype = ag_dtype_of(call->in[0]);
    if (call->dtype == AG_I64 || ag_dtype_of(call->in[1]) != AG_I64) {
        return ag_call_fail(call, AG_ERR_DTYPE, "labels are i64, scores are not; see ag_cast",
                            "scores are %s and labels %s", ag_dtype_text(call->dtype),
                            ag_dtype_text(ag_dtype_of(call->in[1])));
    }
    ag_status status = fit(call);
    if (status != AG_OK) {
        return status;
    }
    ag_shape x = ag_shape_of(call->in[0]);
    int64_t classes = x.dim[ag__class_axis(x)], seen = 0;
    ag_array labels = ag_array_of(call->in[1]);
    ag__loop l;
    ag__loop_open(&l, labels.ndim, labels.dim);
    ag__loop_add(&l, &labels);
    for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l), seen += l.run) {
        const int64_t *label = (const int64_t *)(void *)l.at[0];
        for (int64_t i = 0; i < l.run; i++, label += l.step[0]) {
            if ((*label < 0 || *label >= classes) && !(ignored.any && *label == ignored.label)) {
                return bad_label(call, *label, seen + i, classes);
            }
        }
    }
    return AG_OK;
}

/* Made as a constant in the graph of the labels. */
static ag_tensor *whole(const ag_tensor *like, ag_shape shape, const int64_t *values)
{
    return ag_leaf(ag_graph_of(like), AG_CONSTANT, AG_I64, shape, values);
}

ag_tensor *ag__class_mask(ag_tensor *labels, ag_shape scores)
{
    if (labels == NULL) {
        return NULL;
    }
    int axis = ag__class_axis(scores);
    ag_shape shape = {.ndim = scores.ndim - axis, .dim = {scores.dim[axis], 1, 1, 1, 1, 1, 1, 1}};
    ag_tensor *classes = whole(labels, shape, NULL);
    int64_t *number = classes != NULL ? ag_mutable_data(classes) : NULL;
    for (int64_t c = 0; number != NULL && c < shape.dim[0]; c++) {
        number[c] = c;
    }
    return ag_eq(ag__loss_unsqueeze(labels, axis), classes);
}

ag_tensor *ag__class_kept(ag_tensor *labels, ag__ignored ignored)
{
    return labels != NULL ? ag_ne(labels, whole(labels, AG_SCALAR, &ignored.label)) : NULL;
}
