/* Operands, rows and gradients of the recurrent cells; see cell.h. Must not know what a cell
 * computes.
 */
#include <autograd/shape.h>

#include "cell.h"
#include "ops/common/batched_gemm.h"
#include "ops/common/families.h"
#include "ops/common/strided.h"
#include "ops/cpu/parallel.h"
#include "ops/elementwise/row.h"
#include "ops/elementwise/row_number.h"
#include "ops/neural/spatial.h"

#define GATE_NS 0.4 /* for a gate and its activation in f32, in nanoseconds; measured on one core */

enum { PIECE_NUMBERS = 1024 }; /* of a state: pieces of fewer are not worth a thread */

/* --- operands --------------------------------------------------------------------------------- */

static ag_shape leading(const ag_tensor *t)
{
    ag_shape s = ag_shape_of(t);
    s.ndim -= s.ndim > 0;
    return s;
}

static int64_t last(const ag_tensor *t)
{
    ag_shape s = ag_shape_of(t);
    return s.ndim > 0 ? s.dim[s.ndim - 1] : -1;
}

/* Whether the last axis of x and u is `gates` times that of the state. */
static bool widths_fit(ag_tensor *const *in, int gates)
{
    int64_t n = last(in[2]), width = last(in[0]);
    return n >= 0 && width == last(in[1]) && width % gates == 0 && width / gates == n;
}

/* Draws the gates where they do not fit each other. That a state is `gates` times as narrow is no
 * equation of two sizes, and is not drawn. */
static void draw_gates(const ag_call *call)
{
    ag_shape x = ag_shape_of(call->in[0]), u = ag_shape_of(call->in[1]);
    for (int k = 1; k <= x.ndim && k <= u.ndim; k++) {
        int64_t a = x.dim[x.ndim - k], b = u.dim[u.ndim - k];
        if (a != b && (k == 1 || (a != 1 && b != 1))) {
            ag_call_picture(call, AG_PICTURE_ALIGNED,
                            (ag_picture_row[]){{call->in[0], "x", x, x.ndim - k},
                                               {call->in[1], "u", u, u.ndim - k}});
            return;
        }
    }
}

static ag_status unfit(const ag_call *call, int gates, const char *why)
{
    char x[AG__TEXT_BYTES], u[AG__TEXT_BYTES], s[AG__TEXT_BYTES];
    draw_gates(call);
    return ag_call_fail(
        call, AG_ERR_SHAPE,
        gates == 4 ? "gates (..., 4 n) twice, a state (..., n)"
                   : "gates (..., 3 n) twice, a state (..., n)",
        "gates of %s and %s and a state of %s %s", ag__text_of(ag_shape_of(call->in[0]), x),
        ag__text_of(ag_shape_of(call->in[1]), u), ag__text_of(ag_shape_of(call->in[2]), s), why);
}

static ag_tensor *spread(ag_tensor *t, ag_shape lead)
{
    lead.dim[lead.ndim++] = last(t);
    return ag_shape_equal(ag_shape_of(t), lead) ? t : ag_expand(t, lead);
}

bool ag__cell_open(const char *name, int gates, ag_tensor *in[AG__CELL_OPERANDS])
{
    ag__composite c;
    ag_shape all = {0}, more;
    if (!ag__composite_open(&c, name, in, AG__CELL_OPERANDS, AG__CELL_OPERANDS) ||
        ag_call_same_float(&c.call) != AG_OK) {
        return false;
    }
    if (!widths_fit(in, gates)) {
        unfit(&c.call, gates, "do not go together");
        return false;
    }
    for (int i = 0; i < AG__CELL_OPERANDS; i++) {
        ag_shape s = leading(in[i]);
        if (!ag__broadcast_batch(all.ndim, all.dim, s.ndim, s.dim, &more)) {
            unfit(&c.call, gates, "do not broadcast");
            return false;
        }
        all = more;
    }
    ag__composite_enter(&c);
    for (int i = 0; i < AG__CELL_OPERANDS; i++) {
        in[i] = spread(in[i], all);
    }
    return ag__composite_leave(&c, in[0]) != NULL;
}

ag_status ag__cell_infer(ag_call *call, int gates)
{
    ag_status status = ag_call_same_float(call);
    bool fits = widths_fit(call->in, gates);
    for (int i = 0; i < AG__CELL_OPERANDS; i++) {
        fits = fits && ag_shape_equal(leading(call->in[i]), leading(call->in[2]));
    }
    call->shape = ag_shape_of(call->in[2]);
    return status == AG_OK && !fits ? unfit(call, gates, "do not go together") : status;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static ag_status rows_of(ag__cells *c, ag_graph *g, ag_tensor *const *in)
{
    const void *at[AG__CELL_OPERANDS];
    for (int i = 0; i < AG__CELL_OPERANDS; i++) {
        ag_array a = ag_array_of(in[i]);
        at[i] = ag__contiguous(g, &a);
        if (at[i] == NULL) {
            return AG_ERR_MEMORY;
        }
    }
    *c = (ag__cells){.n = last(in[2]), .x = at[0], .u = at[1], .s = at[2]};
    c->rows = ag_size(in[2]) / c->n;
    return AG_OK;
}

/* The second state of a result that is two, one upon the other; NULL of one state. */
static void *second(const void *result, const ag__cells *c, const ag_array *like)
{
    int64_t state = c->rows * c->n;
    size_t bytes = (size_t)state * ag_dtype_bytes(like->dtype);
    return like->size > state ? (char *)(uintptr_t)result + bytes : NULL;
}

typedef struct job {
    const ag__cells *all;
    ag__cell_kernel *kernel;
    int64_t pieces, gates;
    size_t number; /* the size of a number, in bytes */
} job;

static void *further(const void *p, size_t bytes)
{
    return p != NULL ? (char *)(uintptr_t)p + bytes : NULL;
}

static void do_piece(void *context, int64_t piece, int worker)
{
    const job *j = context;
    ag__cells c = *j->all;
    int64_t from = ag__piece_start(j->all->rows, 1, j->pieces, piece);
    size_t state = (size_t)(from * c.n) * j->number, gates = state * (size_t)j->gates;
    (void)worker;
    c.rows = ag__piece_start(j->all->rows, 1, j->pieces, piece + 1) - from;
    c.x = further(c.x, gates);
    c.u = further(c.u, gates);
    c.s = further(c.s, state);
    c.y = further(c.y, state);
    for (int i = 0; i < 2; i++) {
        c.g[i] = further(c.g[i], state);
    }
    for (int i = 0; i < AG__CELL_OPERANDS; i++) {
        c.to[i] = further(c.to[i], i < 2 && c.g[0] != NULL ? gates : state);
    }
    j->kernel(&c);
}

static void run(const ag__cells *c, ag_dtype dtype, ag__cell_kernel *kernel, int gates)
{
    job j = {c, kernel, c->rows * c->n / PIECE_NUMBERS, gates, ag_dtype_bytes(dtype)};
    j.pieces = j.pieces < 1 ? 1 : j.pieces > c->rows ? c->rows : j.pieces;
    ag__parallel(j.pieces, ag__team_for(j.pieces, GATE_NS * gates * (double)(c->rows * c->n)),
                 do_piece, &j);
}

ag_status ag__cell_forward(ag_call *call, ag__cell_kernel *kernel, int gates)
{
    ag__cells c;
    ag_status status = call->out.size > 0 ? rows_of(&c, call->graph, call->in) : AG_OK;
    if (status == AG_OK && call->out.size > 0) {
        c.to[0] = call->out.data;
        c.to[1] = second(call->out.data, &c, &call->out);
        run(&c, call->dtype, kernel, gates);
    }
    return status;
}

static ag_status gradients_of(ag__cells *c, ag_vjp_call *call)
{
    for (int i = 0; i < AG__CELL_OPERANDS; i++) {
        if (ag_needs_input_grad(call, i)) {
            c->to[i] = ag_grad_target(call, i, &c->fresh[i]).data;
            if (c->to[i] == NULL) {
                return AG_ERR_MEMORY;
            }
        }
    }
    return AG_OK;
}

ag_status ag__cell_backward(ag_vjp_call *call, ag__cell_kernel *kernel, int gates)
{
    ag_graph *graph = ag_graph_of(call->out);
    ag_array g = ag_array_of(call->upstream), y = ag_array_of(call->out);
    ag__cells c;
    if (y.size == 0) {
        return ag__layer_backward_of_none(call);
    }
    ag_status status = rows_of(&c, graph, call->in);
    if (status == AG_OK) {
        c.g[0] = ag__contiguous(graph, &g);
        status = c.g[0] != NULL ? gradients_of(&c, call) : AG_ERR_MEMORY;
    }
    if (status == AG_OK) {
        c.g[1] = second(c.g[0], &c, &y);
        c.y = second(y.data, &c, &y);
        run(&c, y.dtype, kernel, gates);
    }
    return status;
}

const ag__cell_kernels *ag__cell_kernels_of(ag_dtype dtype)
{
    return &ag__kernels_best()->cells->of[dtype];
}

/* --- recorded --------------------------------------------------------------------------------- */

ag_tensor *ag__cell_gate(ag_tensor *gates, int k, int64_t n)
{
    return ag_narrow(gates, -1, k * n, n);
}

ag_tensor *ag__cell_by_sigmoid(ag_tensor *a, ag_tensor *y, ag_tensor *g)
{
    return ag__row_gradient(ag__elementwise_ops[sigmoid_number], a, y, g);
}

ag_tensor *ag__cell_by_tanh(ag_tensor *a, ag_tensor *y, ag_tensor *g)
{
    return ag__row_gradient(ag__elementwise_ops[tanh_number], a, y, g);
}
