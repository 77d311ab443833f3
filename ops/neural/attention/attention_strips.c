/* Attention by strips; see attention_strips.h. A strip is so many rows of the scores as stay in the
 * second cache: it is computed, made weights of by the softmax of whole rows, multiplied and
 * forgotten. Going back it is computed again, so nothing but the result is kept. With whole rows no
 * maximum has to run along, as in tiles of rows and columns, and weights are those of ag_softmax.
 * Must not know what a node is. Dao and others, FlashAttention (2022), without the tiling of rows.
 */
#include "attention_strips.h"

#include <math.h>
#include <string.h>

#include "ops/common/simd_loop.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/gemm.h"
#include "ops/kernel/kernel_table.h"

#define PAIR_NS (2.0 / 50) /* for one product and its sum, in nanoseconds */
enum {
    STRIP_BYTES = 1 << 19, /* half of a second cache of 1 MiB; going back there are two */
    LEAST_ROWS = 128,      /* or what is packed for a strip is used too rarely */
    MOST_ROWS = 256
};

typedef struct matrix {
    char *at;
    int64_t rs, cs; /* in elements */
} matrix;

typedef struct job {
    const ag__attention_arrays *a;
    const ag__kernels *set;
    const ag__line_kernels *line;
    int64_t queries, keys, width, depth; /* L, S, E, V */
    int64_t rows, strips;                /* the rows of a strip, and strips of a matrix */
    int64_t step, bytes;                 /* from a row of a strip to the next; of an element */
    int threads;                         /* how many of them work on one product */
    char *work;
    size_t gemm, strip, each; /* bytes for products, for a strip, and for a worker */
} job;

/* --- matrices --------------------------------------------------------------------------------- */

/* Matrix i of a stack, from row `row` on. */
static matrix matrix_of(const job *j, const ag_array *a, int64_t i, int64_t row)
{
    int n = a->ndim - 2;
    int64_t at = row * a->stride[n];
    for (int d = n - 1; d >= 0; d--) {
        at += i % a->dim[d] * a->stride[d];
        i /= a->dim[d];
    }
    return (matrix){(char *)a->data + at * j->bytes, a->stride[n], a->stride[n + 1]};
}

static matrix turned(matrix m)
{
    return (matrix){m.at, m.cs, m.rs};
}

/* C = by A B, or C += by A B. */
static void multiply(const job *j, int64_t m, int64_t n, int64_t k, double by, matrix a, matrix b,
                     bool add, matrix c, void *work)
{
    if (j->bytes == 8) {
        ag__gemm_f64(j->set->micro, j->threads, m, n, k, by, (double *)(void *)a.at, a.rs, a.cs,
                     (double *)(void *)b.at, b.rs, b.cs, add ? 1 : 0, (double *)(void *)c.at, c.rs,
                     c.cs, work);
    } else {
        ag__gemm_f32(j->set->micro, j->threads, m, n, k, (float)by, (float *)(void *)a.at, a.rs,
                     a.cs, (float *)(void *)b.at, b.rs, b.cs, add ? 1 : 0, (float *)(void *)c.at,
                     c.rs, c.cs, work);
    }
}

/* --- the weights of a strip ------------------------------------------------------------------- */

static void set(const job *j, char *row, int64_t i, double value)
{
    if (j->bytes == 8) {
        ((double *)(void *)row)[i] = value;
    } else {
        ((float *)(void *)row)[i] = (float)value;
    }
}

static bool is_at(const job *j, const char *row, int64_t i, double value)
{
    double here = j->bytes == 8 ? ((const double *)(const void *)row)[i]
                                : (double)((const float *)(const void *)row)[i];
    return here == value;
}

/* Whether all n numbers of a row are `value`. Most rows say no at once. */
static bool is_all(const job *j, const char *row, int64_t n, double value)
{
    int64_t i = 0;
    while (i < n && is_at(j, row, i, value)) {
        i++;
    }
    return i == n;
}

/* Adds a floating mask; hides where one of i64 is 0. */
static void add_mask(const job *j, int64_t i, int64_t first, int64_t m, int64_t n, matrix p)
{
    const ag_array *mask = &j->a->mask;
    const int64_t dim[] = {m, n}, stride[] = {p.rs, 1};
    ag_array to = {j->bytes == 8 ? AG_F64 : AG_F32, 2, dim, stride, m * n, p.at}, from = to;
    job of_mask = {.bytes = (int64_t)ag_dtype_bytes(mask->dtype)};
    matrix x = matrix_of(&of_mask, mask, i, first);
    const int64_t apart[] = {x.rs, x.cs};
    from.dtype = mask->dtype;
    from.stride = apart;
    from.data = x.at;
    if (mask->dtype != AG_I64) {
        ag__add_scaled(&to, false, &from, 1);
        return;
    }
    for (int64_t r = 0; r < m; r++) {
        for (int64_t c = 0; c < n; c++) {
            if (((const int64_t *)(const void *)x.at)[r * x.rs + c * x.cs] == 0) {
                set(j, p.at + r * p.rs * j->bytes, c, -(double)INFINITY);
            }
        }
    }
}

/* Computes the weights of m queries of matrix i from row `first` on, and returns of how many keys:
 * with `causal` those behind the last query are not looked at. A row in which a mask hides all has
 * weights of 0. */
static int64_t weigh(const job *j, int64_t i, int64_t first, int64_t m, matrix p, void *work)
{
    const ag__attention_arrays *a = j->a;
    bool causal = a->attr->causal;
    int64_t n = causal && first + m < j->keys ? first + m : j->keys;
    multiply(j, m, n, j->width, a->attr->scale, matrix_of(j, &a->q, i, first),
             turned(matrix_of(j, &a->k, i, 0)), false, p, work);
    for (int64_t r = 0; causal && r < m; r++) {
        for (int64_t c = first + r + 1; c < n; c++) {
            set(j, p.at + r * p.rs * j->bytes, c, -(double)INFINITY);
        }
    }
    if (a->mask.data != NULL) {
        add_mask(j, i, first, m, n, p);
    }
    for (int64_t r = 0; r < m; r++) {
        char *row = p.at + r * p.rs * j->bytes;
        if (a->mask.data != NULL && is_all(j, row, n, -(double)INFINITY)) {
            memset(row, 0, (size_t)(n * j->bytes));
        } else {
            j->line->softmax((void *const[]){row, row}, n, (ag__line_options){0});
        }
    }
    return n;
}

/* --- forward ---------------------------------------------------------------------------------- */

static matrix strip_of(const job *j, int worker, int which, void **work)
{
    char *own = j->work + (size_t)worker * j->each;
    *work = own + 2 * j->strip;
    return (matrix){own + (size_t)which * j->strip, j->step, 1};
}

static int64_t rows_of(const job *j, int64_t first)
{
    return first + j->rows < j->queries ? j->rows : j->queries - first;
}

static void forward_piece(void *context, int64_t piece, int worker)
{
    const job *j = context;
    int64_t i = piece / j->strips, first = piece % j->strips * j->rows, m = rows_of(j, first);
    void *work;
    matrix p = strip_of(j, worker, 0, &work);
    int64_t n = weigh(j, i, first, m, p, work);
    multiply(j, m, j->depth, n, 1, p, matrix_of(j, &j->a->v, i, 0), false,
             matrix_of(j, &j->a->y, i, first), work);
}

/* --- back ------------------------------------------------------------------------------------- */

/* Makes the gradient by the weights, in s, that by the scores. */
static void back_to_scores(const job *j, int64_t m, int64_t n, matrix p, matrix s)
{
    for (int64_t r = 0; r < m; r++) {
        char *weight = p.at + r * p.rs * j->bytes, *g = s.at + r * s.rs * j->bytes;
        if (j->a->mask.data != NULL && is_all(j, weight, n, 0)) {
            memset(g, 0, (size_t)(n * j->bytes));
        } else {
            j->line->softmax_back((void *const[]){weight, g, g}, n,
                                  (ag__line_options){.fresh = true});
        }
    }
}

static void back_strip(const job *j, int64_t i, int64_t first, int worker)
{
    const ag__attention_arrays *a = j->a;
    int64_t m = rows_of(j, first);
    double scale = a->attr->scale;
    void *work;
    matrix p = strip_of(j, worker, 0, &work), s = strip_of(j, worker, 1, &work);
    matrix g = matrix_of(j, &a->y, i, first);
    int64_t n = weigh(j, i, first, m, p, work);
    if (a->gv.data != NULL) {
        multiply(j, n, j->depth, m, 1, turned(p), g, true, matrix_of(j, &a->gv, i, 0), work);
    }
    if (a->gq.data == NULL && a->gk.data == NULL) {
        return;
    }
    multiply(j, m, n, j->depth, 1, g, turned(matrix_of(j, &a->v, i, 0)), false, s, work);
    back_to_scores(j, m, n, p, s);
    if (a->gq.data != NULL) {
        multiply(j, m, j->width, n, scale, s, matrix_of(j, &a->k, i, 0), true,
                 matrix_of(j, &a->gq, i, first), work);
    }
    if (a->gk.data != NULL) {
        multiply(j, n, j->width, m, scale, turned(s), matrix_of(j, &a->q, i, first), true,
                 matrix_of(j, &a->gk, i, 0), work);
    }
}

/* All strips of a matrix add to the same gradients of keys and values, one after the other. */
static void backward_piece(void *context, int64_t i, int worker)
{
    const job *j = context;
    for (int64_t first = 0; first < j->queries; first += j->rows) {
        back_strip(j, i, first, worker);
    }
}

/* --- both ------------------------------------------------------------------------------------- */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t in_lines(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* The working memory of the products of strips of m rows and n keys. */
static size_t of_products(const job *j, int64_t m, int64_t n)
{
    const int64_t product[][3] = {{m, n, j->width}, {m, j->depth, n}, {n, j->depth, m},
                                  {m, n, j->depth}, {m, j->width, n}, {n, j->width, m}};
    size_t most = 0;
    for (size_t i = 0; i < sizeof product / sizeof *product; i++) {
        const int64_t *p = product[i];
        most = larger(most,
                      ag__gemm_work(j->set->micro, j->threads, (size_t)j->bytes, p[0], p[1], p[2]));
    }
    return most;
}

/* Cuts the work; the sizes of matrices alone say how, so that sums do not depend on threads. */
static job job_of(const ag__attention_arrays *a)
{
    const int64_t *q = a->q.dim + a->q.ndim - 2, *v = a->v.dim + a->v.ndim - 2;
    job j = {.a = a, .queries = q[0], .keys = v[0], .width = q[1], .depth = v[1]};
    j.bytes = (int64_t)ag_dtype_bytes(a->q.dtype);
    j.set = ag__kernels_best();
    j.line = &j.set->lines->of[a->q.dtype];
    j.step = (j.keys + 15) / 16 * 16 + 16; /* never a power of two apart */
    j.rows = STRIP_BYTES / (j.step * j.bytes);
    j.rows = j.rows < LEAST_ROWS ? LEAST_ROWS : j.rows > MOST_ROWS ? MOST_ROWS : j.rows;
    j.strips = (j.queries + j.rows - 1) / j.rows;
    return j;
}

static ag_status run(job *j, ag_graph *g, int64_t pieces, double ns, ag__piece *piece)
{
    int threads = ag__threads();
    ag__team team = ag__team_of(threads, pieces, ns);
    j->threads = team.workers > 1 ? 1 : threads;
    for (int64_t first = 0; first < j->queries; first += j->rows) {
        int64_t m = rows_of(j, first), end = first + m;
        bool shorter = j->a->attr->causal && end < j->keys;
        j->gemm = larger(j->gemm, of_products(j, m, shorter ? end : j->keys));
    }
    j->strip = in_lines((size_t)(j->rows * j->step * j->bytes));
    j->each = 2 * j->strip + in_lines(j->gemm);
    j->work = ag_workspace(g, j->each * (size_t)team.workers);
    if (j->work == NULL) {
        return AG_ERR_MEMORY;
    }
    ag__parallel(pieces, team, piece, j);
    return AG_OK;
}

static int64_t matrices(const ag_array *a)
{
    int64_t n = 1;
    for (int d = 0; d < a->ndim - 2; d++) {
        n *= a->dim[d];
    }
    return n;
}

static double work_ns(const job *j, int products)
{
    double pairs = (double)j->queries * (double)j->keys * (double)(j->width + j->depth);
    return PAIR_NS * products * pairs * (double)matrices(&j->a->q) / 2;
}

ag_status ag__attention_forward(const ag__attention_arrays *a, ag_graph *g)
{
    job j = job_of(a);
    return run(&j, g, matrices(&a->q) * j.strips, work_ns(&j, 2), forward_piece);
}

ag_status ag__attention_backward(const ag__attention_arrays *a, ag_graph *g)
{
    job j = job_of(a);
    return run(&j, g, matrices(&a->q), work_ns(&j, 5), backward_piece);
}
