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

/* --- one product after the other, or in threads ----------------------------------------------- */

typedef struct job {
    const ag__pairs *product;
    const ag__micro *micro;
    int threads; /* how many threads work on one product */
    bool add;
    char *work;
    size_t each; /* the working memory of a thread, in bytes */
} job;

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
    job j = {.product = p, .micro = ag__kernels_best()->micro, .add = add};
    j.threads = team.workers > 1 ? 1 : threads;
    j.each = ag__gemm_work(j.micro, j.threads, (size_t)p->batch.each[0], p->m, p->n, p->k);
    j.each = (j.each + 63) / 64 * 64;
    if (j.each > 0) {
        j.work = ag_workspace(g, j.each * (size_t)team.workers);
        if (j.work == NULL) {
            return AG_ERR_MEMORY;
        }
    }
    ag__parallel(count, team, multiply, &j);
    return AG_OK;
}
