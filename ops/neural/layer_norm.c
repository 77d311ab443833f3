/* Layer and root-mean-square normalization with their weight and bias. Each is one operation,
 * because a row then stays in the first cache from the mean to the last product. The gradients of
 * weight and bias are sums over rows, which are cut into pieces in a way that depends on their
 * number alone.
 */
#include <autograd/elementwise.h>
#include <autograd/neural.h>
#include <autograd/reduce.h>
#include <string.h>

#include "layer_norm.h"
#include "ops/common/simd_loop.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"
#include "spatial.h"
#include "standardize.h"

enum { PIECES = 32 };

#define NUMBER_NS 0.7 /* for one number, in nanoseconds; measured on one core */

static bool is_centered(const ag_op *op)
{
    return op == &ag__layer_norm_op;
}

static ag_status infer(ag_call *call)
{
    char have[AG__TEXT_BYTES], want[AG__TEXT_BYTES];
    ag_shape x = call->shape = ag_shape_of(call->in[0]);
    for (int i = 1; i < call->n_in; i++) {
        ag_shape w = ag_shape_of(call->in[i]);
        int shift = x.ndim - w.ndim;
        bool same = w.ndim > 0 && shift >= 0 && w.ndim == ag_shape_of(call->in[1]).ndim;
        for (int d = 0; same && d < w.ndim; d++) {
            same = w.dim[d] == x.dim[d + shift];
        }
        if (!same) {
            return ag_call_fail(call, AG_ERR_SHAPE, "the sizes of the last axes of x",
                                "operand %d has shape %s, which x of shape %s does not end in", i,
                                ag__text_of(w, have), ag__text_of(x, want));
        }
    }
    return ag_call_same_float(call);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* The lines of n numbers that the kernel of a row gets: where each begins, and how far it is to
 * that of the next row. */
typedef struct rows {
    ag__line_kernel *kernel;
    ag__line_options options;
    int64_t n, count, pieces;
    ag__team team;
    char *first[6];
    size_t row[6], piece[6], worker[6]; /* bytes from one row, piece or worker to the next */
} rows;

static void do_piece(void *context, int64_t piece, int worker)
{
    const rows *r = context;
    int64_t end = ag__piece_start(r->count, 1, r->pieces, piece + 1);
    for (int64_t i = ag__piece_start(r->count, 1, r->pieces, piece); i < end; i++) {
        void *line[6];
        for (int k = 0; k < 6; k++) {
            size_t offset = (size_t)i * r->row[k] + (size_t)piece * r->piece[k];
            line[k] =
                r->first[k] != NULL ? r->first[k] + offset + (size_t)worker * r->worker[k] : NULL;
        }
        r->kernel(line, r->n, r->options);
    }
}

static void rows_open(rows *r, const ag_array *x, const ag_array *w, double eps)
{
    *r = (rows){.options = {.number = eps}, .n = w->size, .count = x->size / w->size};
    r->pieces = r->count < PIECES ? r->count : PIECES;
    r->team = ag__team_for(r->pieces, NUMBER_NS * (double)r->n * (double)r->count);
}

/* Lets line k come from array a. `each` says that every row has a line of its own. */
static bool give(rows *r, int k, ag_graph *g, const ag_array *a, bool each)
{
    r->first[k] = (char *)(uintptr_t)ag__contiguous(g, a);
    r->row[k] = each ? (size_t)r->n * ag_dtype_bytes(a->dtype) : 0;
    return r->first[k] != NULL;
}

static const ag__line_kernels *kernels(ag_dtype dtype)
{
    return &ag__kernels_best()->lines->of[dtype];
}

static ag_status forward(ag_call *call)
{
    ag_array x = ag_array_of(call->in[0]), w = ag_array_of(call->in[1]);
    bool centered = is_centered(call->op);
    rows r;
    if (x.size == 0) {
        return AG_OK;
    }
    rows_open(&r, &x, &w, *(const double *)call->attr);
    r.kernel = centered ? kernels(x.dtype)->layer_norm : kernels(x.dtype)->rms_norm;
    bool ok = give(&r, 0, call->graph, &x, true) && give(&r, 1, call->graph, &w, false);
    if (centered && ok) {
        ag_array b = ag_array_of(call->in[2]);
        ok = give(&r, 2, call->graph, &b, false);
    }
    if (!ok || !give(&r, centered ? 3 : 2, call->graph, &call->out, true)) {
        return AG_ERR_MEMORY;
    }
    ag__parallel(r.pieces, r.team, do_piece, &r);
    return AG_OK;
}

/* --- the rule --------------------------------------------------------------------------------- */

/* Adds the sum of the parts that the pieces have computed to the gradient of operand i. */
static ag_status add_parts(ag_vjp_call *call, int i, const rows *r)
{
    bool fresh;
    ag_array to = ag_grad_target(call, i, &fresh);
    int64_t dim = r->n, one = 1;
    if (to.data == NULL) {
        return AG_ERR_MEMORY;
    }
    ag_array flat = {to.dtype, 1, &dim, &one, to.size, to.data}, part = flat;
    for (int64_t p = 0; p < r->pieces; p++) {
        part.data = r->first[3 + i] + (size_t)p * r->piece[3 + i];
        ag__add_scaled(&flat, fresh && p == 0, &part, 1);
    }
    return AG_OK;
}

/* The lines are: x, upstream gradient and weight; the gradient of x, or a line of each worker if
 * that gradient is not needed; the parts of the gradients of weight and bias. */
static ag_status open_backward(rows *r, ag_vjp_call *call, const ag_array *x)
{
    ag_graph *graph = ag_graph_of(call->out);
    ag_array g = ag_array_of(call->upstream), w = ag_array_of(call->in[1]), to = {0};
    size_t bytes = (size_t)r->n * ag_dtype_bytes(x->dtype), line = (bytes + 63) / 64 * 64;
    bool ok =
        give(r, 0, graph, x, true) && give(r, 1, graph, &g, true) && give(r, 2, graph, &w, false);
    r->options.fresh = true;
    if (ag_needs_input_grad(call, 0)) {
        to = ag_grad_target(call, 0, &r->options.fresh);
        r->first[3] = to.data;
        r->row[3] = bytes;
    } else {
        r->first[3] = ag_workspace(graph, line * (size_t)r->team.workers);
        r->worker[3] = line;
    }
    for (int k = 3; ok && k < 3 + call->n_in; k++) {
        if (k > 3) {
            r->first[k] = ag_workspace(graph, line * (size_t)r->pieces);
            r->piece[k] = line;
        }
        ok = r->first[k] != NULL;
        if (ok && k > 3) {
            memset(r->first[k], 0, line * (size_t)r->pieces);
        }
    }
    return ok ? AG_OK : AG_ERR_MEMORY;
}

static ag_status backward(ag_vjp_call *call)
{
    ag_array x = ag_array_of(call->in[0]), w = ag_array_of(call->in[1]);
    rows r;
    if (x.size == 0) {
        return ag__layer_backward_of_none(call);
    }
    rows_open(&r, &x, &w, *(const double *)call->attr);
    r.kernel = is_centered(ag_op_of(call->out)) ? kernels(x.dtype)->layer_norm_back
                                                : kernels(x.dtype)->rms_norm_back;
    ag_status status = open_backward(&r, call, &x);
    if (status == AG_OK) {
        ag__parallel(r.pieces, r.team, do_piece, &r);
    }
    for (int i = 1; i < call->n_in && status == AG_OK; i++) {
        status = ag_needs_input_grad(call, i) ? add_parts(call, i, &r) : AG_OK;
    }
    return status;
}

/* With s = c/sqrt(mean(c^2) + eps), where c is x - mean or x: gX is that of s by g w, gW = g s and
 * gB = g, summed over the rows. */
static ag_status vjp(ag_vjp_call *call)
{
    bool centered = is_centered(ag_op_of(call->out));
    ag_tensor *w = call->in[1], *g = call->upstream;
    ag_axes axes = {.n = ag_shape_of(w).ndim};
    for (int d = 0; d < axes.n; d++) {
        axes.axis[d] = d - axes.n;
    }
    const ag__standard t =
        ag__standard_of(call->in[0], axes, *(const double *)call->attr, centered);
    ag_tensor *s = ag_mul(t.c, t.root);
    ag_status status = AG_OK;
    if (ag_needs_input_grad(call, 0)) {
        status = ag_accumulate(call, 0, ag__standard_back(&t, ag_mul(g, w), s));
    }
    if (status == AG_OK && ag_needs_input_grad(call, 1)) {
        status = ag_accumulate(call, 1, ag_mul(g, s));
    }
    return status == AG_OK && centered && ag_needs_input_grad(call, 2) ? ag_accumulate(call, 2, g)
                                                                       : status;
}

/* --- the table -------------------------------------------------------------------------------- */

static void describe(const void *attr, char *text, size_t bytes)
{
    ag_format_text(text, bytes, "eps %g", *(const double *)attr);
}

static ag_tensor *sample_layer(ag_tensor *const *in)
{
    return ag__layer_norm_record(in[0], in[1], in[2], 1e-5);
}

static ag_tensor *sample_rms(ag_tensor *const *in)
{
    return ag__rms_norm_record(in[0], in[1], 0.1);
}

static const ag_case layer_cases[] = {
    {"last axis of [3,4]", sample_layer, 3, {{2, {3, 4}}, {1, {4}}, {1, {4}}}, -2, 2},
    {"last two of [2,2,3]", sample_layer, 3, {{3, {2, 2, 3}}, {2, {2, 3}}, {2, {2, 3}}}, -2, 2},
    {"no rows", sample_layer, 3, {{2, {0, 4}}, {1, {4}}, {1, {4}}}, -2, 2},
};

static const ag_case rms_cases[] = {
    {"last axis of [3,4]", sample_rms, 2, {{2, {3, 4}}, {1, {4}}}, -2, 2},
    {"last two of [2,2,3]", sample_rms, 2, {{3, {2, 2, 3}}, {2, {2, 3}}}, -2, 2},
    {"no rows", sample_rms, 2, {{2, {0, 4}}, {1, {4}}}, -2, 2},
};

const ag_op ag__layer_norm_op = {
    .name = "layer_norm",
    .n_in = 3,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "ADD(MUL(F(standardize, A), B), C)",
    .describe = describe,
    AG_CASES(layer_cases),
};

const ag_op ag__rms_norm_op = {
    .name = "rms_norm",
    .n_in = 2,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .backward = backward,
    .formula = "MUL(DIV(A, F(rms, A)), B)",
    .describe = describe,
    AG_CASES(rms_cases),
};

ag_tensor *ag__layer_norm_record(ag_tensor *x, ag_tensor *w, ag_tensor *b, double eps)
{
    ag_tensor *in[] = {x, w, b};
    return ag_apply(&ag__layer_norm_op, in, 3, &eps, sizeof eps);
}

ag_tensor *ag__rms_norm_record(ag_tensor *x, ag_tensor *w, double eps)
{
    ag_tensor *in[] = {x, w};
    return ag_apply(&ag__rms_norm_op, in, 2, &eps, sizeof eps);
}
