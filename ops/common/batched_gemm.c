/* Products of batches of matrices; see batched_gemm.h. Must not know any operation. */
#include <string.h>

#include "batched_gemm.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/gemm.h"
#include "ops/kernel/kernel_table.h"

#define PAIR_NS (2.0 / 50) /* for one product and its sum, in nanoseconds; measured on one core */

bool ag__broadcast_batch(int na, const int64_t *a, int nb, const int64_t *b, ag_shape *out)
{
    out->ndim = na > nb ? na : nb;
    for (int d = 0; d < out->ndim; d++) {
        int ia = d - (out->ndim - na), ib = d - (out->ndim - nb);
        int64_t da = ia >= 0 ? a[ia] : 1, db = ib >= 0 ? b[ib] : 1;
        if (da != db && da != 1 && db != 1) {
            return false;
        }
        out->dim[d] = da == 1 ? db : da;
    }
    return true;
}

void ag__stack_open(ag__part *p, const ag_array *x, bool has_rows, bool has_columns, bool turned)
{
    int64_t dim[AG_MAX_DIMS + 2], stride[AG_MAX_DIMS + 2];
    int n = x->ndim - (has_rows ? 1 : 0) - (has_columns ? 1 : 0), from = n;
    for (int d = 0; d < n; d++) {
        dim[d] = x->dim[d];
        stride[d] = x->stride[d];
    }
    for (int i = 0; i < 2; i++) {
        bool written = i == 0 ? has_rows : has_columns;
        int to = n + (turned ? 1 - i : i);
        dim[to] = written ? x->dim[from] : 1;
        stride[to] = written ? x->stride[from++] : 0;
    }
    ag__part_shape(p, x, n + 2, dim, stride, 0);
}

/* --- the batch -------------------------------------------------------------------------------- */

static void batch_add(ag__loop *l, const ag__part *x)
{
    ag_array batch = x->array;
    batch.ndim -= 2;
    ag__loop_add(l, &batch);
}

static void open_batch(ag__pairs *p)
{
    int na = p->a.array.ndim - 2, nb = p->b.array.ndim - 2, nc = p->c.array.ndim - 2;
    ag_shape ab, all;
    ag__broadcast_batch(na, p->a.dim, nb, p->b.dim, &ab); /* cannot fail: infer has checked it */
    ag__broadcast_batch(ab.ndim, ab.dim, nc, p->c.dim, &all);
    ag__loop_open(&p->batch, all.ndim, all.dim);
    batch_add(&p->batch, &p->c);
    batch_add(&p->batch, &p->a);
    batch_add(&p->batch, &p->b);
    p->m = p->a.dim[na];
    p->k = p->a.dim[na + 1];
    p->n = p->b.dim[nb + 1];
    p->rsa = p->a.stride[na];
    p->csa = p->a.stride[na + 1];
    p->rsb = p->b.stride[nb];
    p->csb = p->b.stride[nb + 1];
    p->rsc = p->c.stride[nc];
    p->csc = p->c.stride[nc + 1];
}

/* Takes the last dimension of the batch into one larger product. If all matrices A are multiplied
 * by one B, they make one taller A; if all products are added to one C, they make one longer inner
 * dimension. A layer applied to a batch of sequences is the first case, the gradient of its weights
 * the second. */
static void fold(ag__pairs *p)
{
    ag__loop *l = &p->batch;
    const int64_t *step = l->step; /* those of c, a and b */
    if (l->ndim == 0) {
        return;
    }
    if (step[2] == 0 && step[1] == p->m * p->rsa && step[0] == p->m * p->rsc) {
        p->m *= l->run;
        l->ndim--;
    } else if (step[0] == 0 && step[1] == p->k * p->csa && step[2] == p->k * p->rsb) {
        p->k *= l->run;
        l->ndim--;
    }
}

/* Whether several products of the batch are added to the same C. */
static bool is_shared(const ag__loop *l)
{
    bool shared = false;
    for (int d = 0; d < l->ndim; d++) {
        shared = shared || l->stride[d][0] == 0;
    }
    return shared;
}

typedef struct job {
    const ag__pairs *product;
    const ag__micro *micro;
    int threads; /* how many threads work on one product */
    bool add;
    bool is_long;
    char *work;
    size_t gemm, each; /* the working memory of a product, and of a thread, in bytes */
} job;

/* --- long inner dimensions -------------------------------------------------------------------- */

/* Blocks of k are added to C one after the other. In f32 the rounding errors of that grow with k: the
 * product of two vectors of 10^8 numbers had three right digits. So a long k is halved, again and
 * again, and the halves' products are added; then errors grow with the logarithm of k. */
enum { LONG = 1 << 14 };

/* C needs memory once more for each time k is halved, which must not be more than A and B have. */
static bool is_long(const ag__pairs *p)
{
    return p->c.array.dtype == AG_F32 && p->k > LONG && p->n <= p->k / p->m;
}

static size_t spare_bytes(const ag__pairs *p)
{
    size_t halvings = 0;
    for (int64_t k = LONG; k < p->k; k += k) {
        halvings++;
    }
    return halvings * (size_t)p->m * (size_t)p->n * sizeof(float);
}

/* The work memory of the longest and of the shortest part that is not halved any more. */
static size_t gemm_bytes(const job *j, bool is_long)
{
    const ag__pairs *p = j->product;
    size_t each = (size_t)p->batch.each[0];
    int64_t whole = is_long ? LONG : p->k, rest = is_long ? p->k % LONG : 0;
    size_t bytes = ag__gemm_work(j->micro, j->threads, each, p->m, p->n, whole);
    size_t last = ag__gemm_work(j->micro, j->threads, each, p->m, p->n, rest);
    bytes = bytes > last ? bytes : last;
    return (bytes + 63) / 64 * 64;
}

typedef struct matrix {
    float *at;
    int64_t rs, cs;
} matrix;

/* c += A B of these k columns of A and rows of B, or c = A B. Halves are multiples of LONG. */
static void multiply_long(const job *j, int64_t k, const float *a, const float *b, bool add,
                          matrix c, void *work, float *spare)
{
    const ag__pairs *p = j->product;
    if (k <= LONG) {
        ag__gemm_f32(j->micro, j->threads, p->m, p->n, k, 1, a, p->rsa, p->csa, b, p->rsb, p->csb,
                     add ? 1 : 0, c.at, c.rs, c.cs, work);
        return;
    }
    int64_t half = LONG;
    while (half < k - half) {
        half += half;
    }
    matrix second = {spare, p->n, 1};
    multiply_long(j, half, a, b, add, c, work, spare);
    multiply_long(j, k - half, a + half * p->csa, b + half * p->rsb, false, second, work,
                  spare + p->m * p->n);
    for (int64_t i = 0; i < p->m; i++) {
        for (int64_t n = 0; n < p->n; n++) {
            c.at[i * c.rs + n * c.cs] += spare[i * p->n + n];
        }
    }
}

/* --- one product after the other, or in threads ----------------------------------------------- */

static void multiply(void *context, int64_t i, int worker)
{
    const job *j = context;
    const ag__pairs *p = j->product;
    const ag__loop *l = &p->batch;
    char *at[3] = {l->at[0], l->at[1], l->at[2]};
    void *work = j->each > 0 ? j->work + (size_t)worker * j->each : NULL;
    for (int d = l->ndim - 1; d >= 0; d--) {
        for (int k = 0; k < 3; k++) {
            at[k] += i % l->dim[d] * l->stride[d][k] * l->each[k];
        }
        i /= l->dim[d];
    }
    if (p->c.array.dtype == AG_F64) {
        ag__gemm_f64(j->micro, j->threads, p->m, p->n, p->k, 1, (double *)(void *)at[1], p->rsa,
                     p->csa, (double *)(void *)at[2], p->rsb, p->csb, j->add ? 1 : 0,
                     (double *)(void *)at[0], p->rsc, p->csc, work);
    } else if (j->is_long) {
        multiply_long(j, p->k, (float *)(void *)at[1], (float *)(void *)at[2], j->add,
                      (matrix){(float *)(void *)at[0], p->rsc, p->csc}, work,
                      (float *)(void *)((char *)work + j->gemm));
    } else {
        ag__gemm_f32(j->micro, j->threads, p->m, p->n, p->k, 1, (float *)(void *)at[1], p->rsa,
                     p->csa, (float *)(void *)at[2], p->rsb, p->csb, j->add ? 1 : 0,
                     (float *)(void *)at[0], p->rsc, p->csc, work);
    }
}

/* If there are enough products, each thread computes whole ones; otherwise every product is cut. */
static ag__team team_for(const ag__pairs *p, int threads, int64_t count)
{
    double ns = PAIR_NS * (double)p->m * (double)p->n * (double)p->k;
    bool each = is_shared(&p->batch) || ag__team_of(threads, INT64_MAX, ns).workers > count;
    return ag__team_of(each ? 1 : threads, count, ns * (double)count);
}

/* How `count` products are computed by the team, but for the working memory. */
static job job_of(const ag__pairs *p, ag__team team, int threads, int64_t count, bool add)
{
    job j = {.product = p, .micro = ag__kernels_best()->micro, .add = add};
    j.threads = team.workers > 1 ? 1 : threads;
    j.is_long = count > 0 && is_long(p);
    j.gemm = gemm_bytes(&j, j.is_long);
    j.each = j.gemm + (j.is_long ? (spare_bytes(p) + 63) / 64 * 64 : 0);
    return j;
}

static void zero(const ag_array *a)
{
    memset(a->data, 0, (size_t)a->size * ag_dtype_bytes(a->dtype));
}

ag_status ag__pairs_run(ag__pairs *p, ag_graph *g, bool add)
{
    open_batch(p);
    bool some = ag__loop_start(&p->batch) && p->m > 0 && p->n > 0 && p->k > 0;
    if (p->c.array.size == 0) {
        return AG_OK;
    }
    if (some) {
        fold(p);
    }
    if (!add && (!some || is_shared(&p->batch))) {
        zero(&p->c.array);
        add = true;
    }
    int64_t count = some ? 1 : 0;
    for (int d = 0; d < p->batch.ndim; d++) {
        count *= p->batch.dim[d];
    }
    int threads = ag__threads();
    ag__team team = team_for(p, threads, count);
    job j = job_of(p, team, threads, count, add);
    if (j.each > 0) {
        j.work = ag_workspace(g, j.each * (size_t)team.workers);
        if (j.work == NULL) {
            return AG_ERR_MEMORY;
        }
    }
    ag__parallel(count, team, multiply, &j);
    return AG_OK;
}
