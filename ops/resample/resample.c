/* resample: every line along one axis times a matrix with few elements in a row, and resample_back,
 * its transpose. Must not know which sizes a caller may ask for.
 */
#include <math.h>
#include <string.h>

#include "ops/common/sample.h"
#include "ops/common/strided.h"
#include "ops/cpu/parallel.h"
#include "resample_ops.h"

/* --- the matrix ------------------------------------------------------------------------------- */

/* Row o has `each` places: weight[o each + k] at element index[o each + k], for k < count[o]. */
typedef struct matrix {
    const ag__resampling *r;
    int64_t each;
    int64_t *count, *index;
    double *weight;
} matrix;

/* How many elements of x a place of the result takes at most. */
static int64_t most_elements(const ag__resampling *r)
{
    switch (r->mode) {
    case AG_RESAMPLE_NEAREST:
        return 1;
    case AG_RESAMPLE_LINEAR:
        return 2;
    case AG_RESAMPLE_CUBIC:
        return 4;
    default:
        return r->from / r->to + 2;
    }
}

static double step_of(const ag__resampling *r)
{
    if (r->align_corners) {
        return r->to > 1 ? (double)(r->from - 1) / (double)(r->to - 1) : 0;
    }
    return r->scale > 0 ? 1 / r->scale : (double)r->from / (double)r->to;
}

static int64_t within(int64_t i, int64_t n)
{
    return i < 0 ? 0 : i < n ? i : n - 1;
}

static void nearest_row(const matrix *m, int64_t o)
{
    const ag__resampling *r = m->r;
    int64_t i =
        r->scale > 0 ? (int64_t)floor((double)o / r->scale) : (int64_t)((double)o * step_of(r));
    if (r->scale <= 0 && o <= INT64_MAX / r->from) {
        i = o * r->from / r->to; /* without rounding */
    }
    m->count[o] = 1;
    m->index[o] = within(i, r->from);
    m->weight[o] = 1;
}

/* Where place o lies between the elements of x. */
static double source_of(const ag__resampling *r, int64_t o)
{
    return r->align_corners ? (double)o * step_of(r) : ((double)o + 0.5) * step_of(r) - 0.5;
}

static void linear_row(const matrix *m, int64_t o)
{
    const int64_t last = m->r->from - 1;
    double at = fmin(fmax(source_of(m->r, o), 0), (double)last);
    int64_t i = (int64_t)at;
    m->count[o] = 2;
    m->index[2 * o] = i;
    m->index[2 * o + 1] = i < last ? i + 1 : i;
    m->weight[2 * o + 1] = at - (double)i;
    m->weight[2 * o] = 1 - m->weight[2 * o + 1];
}

static void cubic_row(const matrix *m, int64_t o)
{
    const double a = -0.75, at = source_of(m->r, o), t = at - floor(at), s = 1 - t;
    double *weight = m->weight + 4 * o;
    for (int64_t k = 0; k < 4; k++) {
        m->index[4 * o + k] = within((int64_t)floor(at) - 1 + k, m->r->from);
    }
    m->count[o] = 4;
    weight[0] = a * t * s * s;
    weight[1] = ((a + 2) * t - (a + 3)) * t * t + 1;
    weight[2] = ((a + 2) * s - (a + 3)) * s * s + 1;
    weight[3] = a * s * t * t;
}

/* From floor(o from/to) to ceil((o + 1) from/to). */
static void area_row(const matrix *m, int64_t o)
{
    const ag__resampling *r = m->r;
    const int64_t first = o * r->from / r->to, end = ((o + 1) * r->from + r->to - 1) / r->to;
    m->count[o] = end - first;
    for (int64_t k = 0; k < end - first; k++) {
        m->index[o * m->each + k] = first + k;
        m->weight[o * m->each + k] = 1 / (double)(end - first);
    }
}

static bool matrix_open(matrix *m, const ag__resampling *r, ag_graph *g)
{
    static void (*const rows[])(const matrix *m, int64_t o) = {linear_row, nearest_row, cubic_row,
                                                               area_row};
    int64_t each = most_elements(r), places;
    if (!ag__product((int64_t[]){r->to, each, 8}, 3, &places)) {
        return false;
    }
    *m = (matrix){.r = r, .each = each};
    m->count = ag_workspace(g, (size_t)r->to * sizeof(int64_t));
    m->index = ag_workspace(g, (size_t)places);
    m->weight = ag_workspace(g, (size_t)places);
    bool got = m->count != NULL && m->index != NULL && m->weight != NULL;
    for (int64_t o = 0; got && o < r->to; o++) {
        rows[r->mode](m, o);
    }
    return got;
}

/* --- applying it ------------------------------------------------------------------------------ */

typedef struct job {
    matrix m;
    int64_t inner; /* elements that lie side by side, behind the axis */
    const char *from;
    char *to;
    int64_t from_bytes, to_bytes; /* of one block: the axis and what lies behind it */
    void (*block)(const struct job *j, const void *from, void *to);
} job;

#define BODY "ops/resample/resample_body.inc"
#include "ops/kernel/each_float.inc"

static void piece(void *context, int64_t i, int worker)
{
    const job *j = context;
    (void)worker;
    j->block(j, j->from + i * j->from_bytes, j->to + i * j->to_bytes);
}

static ag_status forward(ag_call *call, bool back)
{
    const ag__resampling *r = call->attr;
    ag_array x = ag_array_of(call->in[0]);
    const int64_t each = (int64_t)ag_dtype_bytes(call->dtype);
    job j = {.inner = 1, .to = call->out.data, .from = ag__contiguous(call->graph, &x)};
    if (call->out.size == 0 || x.size == 0) {
        return AG_OK;
    }
    if (j.from == NULL || !matrix_open(&j.m, r, call->graph)) {
        return AG_ERR_MEMORY;
    }
    for (int d = r->axis + 1; d < x.ndim; d++) {
        j.inner *= x.dim[d];
    }
    j.from_bytes = (back ? r->to : r->from) * j.inner * each;
    j.to_bytes = (back ? r->from : r->to) * j.inner * each;
    j.block = call->dtype == AG_F64 ? (back ? back_f64 : block_f64) : back ? back_f32 : block_f32;
    int64_t blocks = x.size * each / j.from_bytes;
    double ns = (double)(r->to * j.m.each * j.inner) * (double)blocks;
    ag__parallel(blocks, ag__team_for(blocks, ns), piece, &j);
    return AG_OK;
}

static ag_status resample_forward(ag_call *call)
{
    return forward(call, false);
}

static ag_status back_forward(ag_call *call)
{
    return forward(call, true);
}

static ag_status infer(ag_call *call, int64_t from, int64_t to)
{
    const ag__resampling *r = call->attr;
    call->shape = ag_shape_of(call->in[0]);
    if (call->shape.dim[r->axis] != from) {
        return ag_call_fail(call, AG_ERR_SHAPE, NULL, "axis %d has %lld elements, not %lld",
                            r->axis, (long long)call->shape.dim[r->axis], (long long)from);
    }
    call->shape.dim[r->axis] = to;
    return ag_call_same_float(call);
}

static ag_status resample_infer(ag_call *call)
{
    const ag__resampling *r = call->attr;
    return infer(call, r->from, r->to);
}

static ag_status back_infer(ag_call *call)
{
    const ag__resampling *r = call->attr;
    return infer(call, r->to, r->from);
}

static ag_status resample_vjp(ag_vjp_call *call)
{
    return ag_accumulate(
        call, 0,
        ag_apply(&ag__resample_back_op, &call->upstream, 1, call->attr, sizeof(ag__resampling)));
}

static ag_status back_vjp(ag_vjp_call *call)
{
    return ag_accumulate(
        call, 0,
        ag_apply(&ag__resample_op, &call->upstream, 1, call->attr, sizeof(ag__resampling)));
}

static void describe(const void *attr, char *text, size_t bytes)
{
    static const char *const modes[] = {"linear", "nearest", "cubic", "area"};
    const ag__resampling *r = attr;
    ag_format_text(text, bytes, "axis %d, %s, %lld to %lld", r->axis, modes[r->mode],
                   (long long)r->from, (long long)r->to);
}

/* --- the table -------------------------------------------------------------------------------- */

static ag_tensor *sample(const ag_op *op, ag_tensor *x, ag__resampling r)
{
    return ag_apply(op, &x, 1, &r, sizeof r);
}

#define CASE(...) ((ag__resampling){__VA_ARGS__})
AG__SAMPLE(linear, sample(&ag__resample_op, in[0], CASE(1, AG_RESAMPLE_LINEAR, 0, 0, 3, 5)))
AG__SAMPLE(nearest, sample(&ag__resample_op, in[0], CASE(0, AG_RESAMPLE_NEAREST, 0, 1.7, 3, 5)))
AG__SAMPLE(cubic, sample(&ag__resample_op, in[0], CASE(1, AG_RESAMPLE_CUBIC, 1, 0, 4, 3)))
AG__SAMPLE(area, sample(&ag__resample_op, in[0], CASE(1, AG_RESAMPLE_AREA, 0, 0, 5, 3)))
AG__SAMPLE(back, sample(&ag__resample_back_op, in[0], CASE(1, AG_RESAMPLE_CUBIC, 0, 0, 4, 3)))

static const ag_case cases[] = {
    {"[2,3,2] to [2,5,2], linear", sample_linear, 1, {{3, {2, 3, 2}}}, -2, 2},
    {"[3,2] to [5,2], nearest", sample_nearest, 1, {{2, {3, 2}}}, -2, 2},
    {"[2,4] to [2,3], cubic", sample_cubic, 1, {{2, {2, 4}}}, -2, 2},
    {"[2,5] to [2,3], area", sample_area, 1, {{2, {2, 5}}}, -2, 2},
};

static const ag_case back_cases[] = {
    {"[2,3] to [2,4], cubic", sample_back, 1, {{2, {2, 3}}}, -2, 2},
};

const ag_op ag__resample_op = {
    .name = "resample",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = resample_infer,
    .forward = resample_forward,
    .vjp = resample_vjp,
    .formula = "F(resample, A)",
    .vjp_formula = {"F(resample_back, GY)"},
    .describe = describe,
    AG_CASES(cases),
};

const ag_op ag__resample_back_op = {
    .name = "resample_back",
    .n_in = 1,
    .flags = AG_OP_LINEAR,
    .infer = back_infer,
    .forward = back_forward,
    .vjp = back_vjp,
    .formula = "F(resample_back, A)",
    .vjp_formula = {"F(resample, GY)"},
    .describe = describe,
    AG_CASES(back_cases),
};
