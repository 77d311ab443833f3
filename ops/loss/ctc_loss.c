/* Connectionist temporal classification: the checks, the operation, the reduction. Must not know
 * the paths; those are ctc_paths.c and ctc_rule.c.
 */
#include <math.h>
#include <string.h>

#include <autograd/elementwise.h>
#include <autograd/reduce.h>

#include "ctc.h"
#include "loss_common.h"
#include "loss_ops.h"
#include "ops/common/indexing.h"
#include "ops/common/sample.h"
#include "ops/common/scalar_like.h"
#include "ops/common/strided.h"

/* --- the operation ---------------------------------------------------------------------------- */

/* Operands: log_probs (T, N, C), labels (N, S), how many steps count (N), how many labels (N). */
static ag_status ctc_infer(ag_call *call)
{
    ag_shape x = ag_shape_of(call->in[0]), labels = ag_shape_of(call->in[1]);
    call->shape = AG_SHAPE(x.ndim > 1 ? x.dim[1] : 0);
    bool fits = x.ndim == 3 && labels.ndim == 2 && labels.dim[0] == x.dim[1];
    for (int i = 1; i < 4; i++) {
        ag_array a = ag_array_of(call->in[i]);
        fits = fits && a.dtype == AG_I64 && ag_array_is_contiguous(&a) &&
               (i == 1 || ag_shape_equal(ag_shape_of(call->in[i]), call->shape));
    }
    if (call->dtype == AG_I64 || !fits) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "operands that ag_ctc_loss does not make");
    }
    return AG_OK;
}

static ag_status check_label(const ag_call *call, const ag__ctc_sample *c, int64_t at)
{
    int64_t label = c->labels[at], classes = c->log_probs.dim[2];
    if (label < 0 || label >= classes || label == c->blank) {
        return ag_call_fail(call, AG_ERR_VALUE, "a class that is not the blank",
                            "label %lld at [%lld,%lld]; there are %lld classes, %lld is the blank",
                            (long long)label, (long long)c->n, (long long)at, (long long)classes,
                            (long long)c->blank);
    }
    return AG_OK;
}

/* Every length and label of sample n. */
static ag_status check_sample(const ag_call *call, int64_t n)
{
    const ag__ctc_sample c = ag__ctc_sample_of(call->in, *(const int64_t *)call->attr, n);
    int64_t most[] = {c.log_probs.dim[0], ag_shape_of(call->in[1]).dim[1]};
    int64_t length[] = {c.steps, (c.states - 1) / 2};
    ag_status status = AG_OK;
    for (int i = 0; i < 2; i++) {
        if (length[i] < 0 || length[i] > most[i]) {
            return ag_call_fail(call, AG_ERR_VALUE, NULL,
                                "the %s length of sample %lld is %lld: 0 to %lld are possible",
                                i == 0 ? "input" : "target", (long long)n, (long long)length[i],
                                (long long)most[i]);
        }
    }
    for (int64_t k = 0; status == AG_OK && k < length[1]; k++) {
        status = check_label(call, &c, k);
    }
    return status;
}

static ag_status ctc_forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]);
    int64_t width = 2 * ag_shape_of(call->in[1]).dim[1] + 1, room;
    if (!ag__product((int64_t[]){x.dim[0] + 1, width, 8}, 3, &room)) {
        return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "too many steps and labels");
    }
    double *alpha = ag_workspace(call->graph, (size_t)room);
    ag_status status = alpha != NULL ? AG_OK : AG_ERR_MEMORY;
    for (int64_t n = 0; status == AG_OK && n < x.dim[1]; n++) {
        status = check_sample(call, n);
        if (status == AG_OK) {
            ag__ctc_sample c = ag__ctc_sample_of(call->in, *(const int64_t *)call->attr, n);
            double loss = ag__ctc_forward(&c, alpha);
            if (call->dtype == AG_F64) {
                ((double *)call->out.data)[n] = loss;
            } else {
                ((float *)call->out.data)[n] = (float)loss;
            }
        }
    }
    return status;
}

static double element(const ag_array *a, int64_t n)
{
    int64_t at = n * a->stride[0];
    return a->dtype == AG_F64 ? ((const double *)a->data)[at]
                              : (double)((const float *)a->data)[at];
}

/* The forward pass has checked lengths and labels, which nobody else can write. */
static ag_status ctc_backward(ag_vjp_call *call)
{
    ag_graph *g = ag_graph_of(call->out);
    ag_array to = ag_grad_array(call, 0), upstream = ag_array_of(call->upstream);
    int64_t width = 2 * ag_shape_of(call->in[1]).dim[1] + 1;
    if (to.data == NULL) {
        return to.size == 0 ? AG_OK : AG_ERR_MEMORY;
    }
    double *alpha = ag_workspace(g, (size_t)((to.dim[0] + 1) * width) * sizeof *alpha);
    double *beta = ag_workspace(g, (size_t)(2 * width) * sizeof *beta);
    if (alpha == NULL || beta == NULL) {
        return AG_ERR_MEMORY;
    }
    for (int64_t n = 0; n < to.dim[1]; n++) {
        ag__ctc_sample c = ag__ctc_sample_of(call->in, *(const int64_t *)call->attr, n);
        double loss = ag__ctc_forward(&c, alpha);
        if (isfinite(loss)) {
            ag__ctc_backward(&c, alpha, beta, loss, element(&upstream, n), &to);
        }
    }
    return AG_OK;
}

static ag_status ctc_vjp(ag_vjp_call *call)
{
    const int64_t blank = *(const int64_t *)call->attr;
    ag_shape x = ag_shape_of(call->in[0]);
    if (ag_size(call->in[0]) == 0) {
        return ag_accumulate(call, 0, ag__zeros(ag_graph_of(call->out), ag_dtype_of(call->out), x));
    }
    return ag_accumulate(call, 0, ag__ctc_recorded(call->in, blank, call->out, call->upstream));
}

static void ctc_describe(const void *attr, char *text, size_t bytes)
{
    ag_format_text(text, bytes, "blank %lld", (long long)*(const int64_t *)attr);
}

/* Two samples, one with a label twice and all steps, one with less of both. */
static ag_tensor *sample_two(ag_tensor *const *in)
{
    static const int64_t labels[] = {1, 1, 2, 0}, steps[] = {4, 3}, lengths[] = {2, 1};
    ag_graph *g = ag_graph_of(in[0]);
    ag_ctc_options none = {.reduction = AG_NONE};
    return ag_ctc_loss(in[0], ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2, 2), labels),
                       ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), steps),
                       ag_leaf(g, AG_CONSTANT, AG_I64, AG_SHAPE(2), lengths), &none);
}

static const ag_case cases[] = {
    {"4 steps, 2 samples, 3 classes", sample_two, 1, {{3, {4, 2, 3}}}, -3, -0.2},
};

const ag_op ag__ctc_loss_op = {
    .name = "ctc_loss",
    .n_in = 4,
    .infer = ctc_infer,
    .forward = ctc_forward,
    .vjp = ctc_vjp,
    .backward = ctc_backward,
    .formula = "F(ctc_loss, A, B)",
    .vjp_formula = {"NEG(MUL(GY, F(occupation, A, B)))"},
    .describe = ctc_describe,
    AG_CASES(cases),
};

/* --- what the user calls ---------------------------------------------------------------------- */

/* A contiguous copy of integers. */
static ag_tensor *copied(const ag_tensor *t, ag_shape shape)
{
    ag_array from = ag_array_of(t);
    ag_tensor *copy = ag_leaf(ag_graph_of(t), AG_CONSTANT, AG_I64, shape, NULL);
    ag_array to = ag_array_of(copy);
    if (copy != NULL) {
        ag__strided_copy(&to, &from);
    }
    return copy;
}

/* The labels (N, S) of targets that stand one after another; S is the longest of them. */
static ag_tensor *unrolled(const ag__composite *c, const ag_tensor *targets,
                           const ag_tensor *lengths)
{
    ag_tensor *flat = copied(targets, ag_shape_of(targets));
    const int64_t *length = ag_data(lengths), *from = flat != NULL ? ag_data(flat) : NULL;
    int64_t n = ag_size(lengths), left = ag_size(targets), most = 0;
    for (int64_t i = 0; i < n; i++) {
        left = length[i] < 0 || left < length[i] ? -1 : left - length[i];
        most = length[i] > most ? length[i] : most;
    }
    if (left != 0) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "or targets [N,S]",
                     "the target lengths do not add up to %lld targets",
                     (long long)ag_size(targets));
        return NULL;
    }
    ag_tensor *labels = ag_leaf(ag_graph_of(targets), AG_CONSTANT, AG_I64, AG_SHAPE(n, most), NULL);
    int64_t *to = labels != NULL ? ag_mutable_data(labels) : NULL;
    for (int64_t i = 0; to != NULL && i < n; i++, to += most) {
        memset(to, 0, (size_t)most * sizeof *to);
        memcpy(to, from, (size_t)length[i] * sizeof *to);
        from += length[i];
    }
    return labels;
}

static bool check_operands(const ag__composite *c, ag_tensor *const *in, const ag_ctc_options *o)
{
    static const char *const names[] = {"", "list of targets", "list of input lengths",
                                        "list of target lengths"};
    ag_shape x = ag_shape_of(in[0]), targets = ag_shape_of(in[1]);
    char text[AG_SHAPE_TEXT];
    for (int i = 1; i < 4; i++) {
        if (ag__index_dtype(&c->call, in[i], names[i]) != AG_OK) {
            return false;
        }
    }
    if (c->call.dtype == AG_I64 || x.ndim != 3) {
        ag_call_fail(&c->call, c->call.dtype == AG_I64 ? AG_ERR_DTYPE : AG_ERR_SHAPE,
                     "ag_log_softmax of [T,N,C]", "log_probs are %s %s",
                     ag_dtype_text(c->call.dtype), ag_shape_text(x, text));
        return false;
    }
    if (targets.ndim != 1 && (targets.ndim != 2 || targets.dim[0] != x.dim[1])) {
        ag_call_fail(&c->call, AG_ERR_SHAPE, "[N,S], or one after another",
                     "targets of %s for %lld samples", ag_shape_text(targets, text),
                     (long long)x.dim[1]);
        return false;
    }
    return ag__composite_shape(c, names[2], in[2], AG_SHAPE(x.dim[1])) &&
           ag__composite_shape(c, names[3], in[3], AG_SHAPE(x.dim[1])) &&
           ag__composite_argument(c, o->blank >= 0 && o->blank < x.dim[2], "blank",
                                  (double)o->blank, "one of the classes") &&
           ag__composite_argument(c, (unsigned)o->reduction <= AG_NONE, "reduction", o->reduction,
                                  "AG_MEAN, AG_SUM or AG_NONE");
}

/* The mean of losses that are divided by their numbers of labels, 1 where there is none. */
static ag_tensor *reduced(ag_tensor *losses, ag_tensor *lengths, const ag_ctc_options *o)
{
    if (o->zero_infinity) {
        losses = ag_where(ag_isinf(losses), ag__scalar_like(losses, 0), losses);
    }
    if (losses == NULL || o->reduction != AG_MEAN) {
        return losses == NULL || o->reduction == AG_NONE ? losses : ag_sum(losses);
    }
    return ag_mean(ag_div(losses, ag_clamp_min(ag_cast(lengths, ag_dtype_of(losses)), 1)));
}

ag_tensor *ag_ctc_loss(ag_tensor *log_probs, ag_tensor *targets, ag_tensor *input_lengths,
                       ag_tensor *target_lengths, const ag_ctc_options *options)
{
    static const ag_ctc_options usual = {.blank = 0};
    const ag_ctc_options *o = options != NULL ? options : &usual;
    ag_tensor *in[] = {log_probs, targets, input_lengths, target_lengths};
    ag__composite c;
    if (!ag__composite_open(&c, "ctc_loss", in, 4, 4) || !check_operands(&c, in, o)) {
        return NULL;
    }
    ag__composite_enter(&c);
    for (int i = 2; i < 4; i++) {
        in[i] = copied(in[i], ag_shape_of(in[i]));
    }
    bool rows = ag_shape_of(targets).ndim == 2;
    in[1] = rows                             ? copied(targets, ag_shape_of(targets))
            : in[2] != NULL && in[3] != NULL ? unrolled(&c, targets, in[3])
                                             : NULL;
    ag_tensor *losses = ag_apply(&ag__ctc_loss_op, in, 4, &o->blank, sizeof o->blank);
    return ag__composite_leave(&c, reduced(losses, in[3], o));
}
