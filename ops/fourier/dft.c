/* dft: the discrete Fourier transform of every line along an axis of complex numbers. The matrix
 * of the transform is symmetric, so that the transpose of the real map it stands for is its
 * conjugate: the way back with the same scale. Must not know how a line is transformed.
 */
#include "fast_fourier.h"
#include "fourier_ops.h"
#include "ops/common/sample.h"
#include "ops/common/strided.h"
#include "ops/cpu/parallel.h"

static ag_status dft_infer(ag_call *call)
{
    const ag__dft_attr *a = call->attr;
    ag_shape s = call->shape = ag_shape_of(call->in[0]);
    if (s.ndim < 2 || a->axis > s.ndim - 2 || s.dim[s.ndim - 1] != 2 || s.dim[a->axis] < 1) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "an operand that ag_fft does not make");
    }
    return ag_call_same_float(call);
}

/* Lines of n numbers, `inner` numbers apart; each worker has its own line and room to work in. */
typedef struct job {
    ag__fourier plan;
    const ag__dft_attr *attr;
    const void *from;
    void *to;
    int64_t inner, room;
    double *rooms;
    bool wide;
} job;

#define BODY "ops/fourier/dft_body.inc"
#include "ops/kernel/each_float.inc"

static void piece(void *context, int64_t i, int worker)
{
    const job *j = context;
    double *line = j->rooms + worker * j->room;
    const int64_t first = (i / j->inner * j->plan.n * j->inner + i % j->inner) * 2;
    if (j->wide) {
        read_line_f64(j, first, line);
    } else {
        read_line_f32(j, first, line);
    }
    ag__fourier_line(&j->plan, line, line + 2 * j->plan.n);
    if (j->wide) {
        write_line_f64(j, first, line);
    } else {
        write_line_f32(j, first, line);
    }
}

static ag_status dft_forward(ag_call *call)
{
    job j = {.attr = call->attr, .to = call->out.data, .wide = call->dtype == AG_F64, .inner = 1};
    ag_array x = ag_array_of(call->in[0]);
    const int64_t n = x.dim[j.attr->axis], lines = x.size / 2 / n;
    int64_t plan_room, work;
    if (x.size == 0) {
        return AG_OK;
    }
    if (!ag__fourier_room(n, &plan_room, &work)) {
        return ag_call_fail(call, AG_ERR_OVERFLOW, NULL, "lines of %lld numbers", (long long)n);
    }
    for (int d = j.attr->axis + 1; d < x.ndim - 1; d++) {
        j.inner *= x.dim[d];
    }
    ag__team team = ag__team_for(lines, (double)lines * (double)(work + 2 * n) * 10);
    j.room = 2 * n + work;
    j.from = ag__contiguous(call->graph, &x);
    double *plan = ag_workspace(call->graph, (size_t)plan_room * sizeof *plan);
    j.rooms = ag_workspace(call->graph, (size_t)team.workers * (size_t)j.room * sizeof(double));
    if (j.from == NULL || plan == NULL || j.rooms == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__fourier_open(&j.plan, n, plan, j.rooms);
    ag__parallel(lines, team, piece, &j);
    return AG_OK;
}

static ag_status dft_vjp(ag_vjp_call *call)
{
    ag__dft_attr turned = *(const ag__dft_attr *)call->attr;
    turned.back = !turned.back;
    return ag_accumulate(call, 0,
                         ag_apply(&ag__dft_op, &call->upstream, 1, &turned, sizeof turned));
}

static void dft_describe(const void *attr, char *text, size_t bytes)
{
    const ag__dft_attr *a = attr;
    ag_format_text(text, bytes, "axis %d%s, scale %g", a->axis, a->back ? ", back" : "", a->scale);
}

static ag_tensor *sample(ag_tensor *x, int axis, bool back)
{
    ag__dft_attr attr = {axis, back, 0.5};
    return ag_apply(&ag__dft_op, &x, 1, &attr, sizeof attr);
}

AG__SAMPLE(four, sample(in[0], 0, false))
AG__SAMPLE(three, sample(in[0], 1, true))
AG__SAMPLE(one, sample(in[0], 0, false))

static const ag_case cases[] = {
    {"4 along axis 0", sample_four, 1, {{3, {4, 2, 2}}}, -2, 2},
    {"3 along axis 1, back", sample_three, 1, {{3, {2, 3, 2}}}, -2, 2},
    {"one number", sample_one, 1, {{2, {1, 2}}}, -2, 2},
};

const ag_op ag__dft_op = {
    .name = "dft",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = dft_infer,
    .forward = dft_forward,
    .vjp = dft_vjp,
    .formula = "F(dft, A)",
    .vjp_formula = {"F(dft_back, GY)"},
    .describe = dft_describe,
    AG_CASES(cases),
};
