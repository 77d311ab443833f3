/* Arrays in blocks of channels; see channel_blocks.h. Must not know any operation. */
#include "channel_blocks.h"

#include "ops/kernel/kernel_table.h"

enum { NARROW = 16 }; /* channels with fewer numbers side by side are taken as columns */

#define NUMBER_NS 0.5 /* for one number, in nanoseconds; measured on one core */

void ag__blocks_open(ag__blocks *t, const ag_array *x)
{
    *t = (ag__blocks){.dtype = x->dtype, .channels = x->dim[1], .area = 1};
    t->kernel = &ag__kernels_best()->channels->of[x->dtype];
    for (int d = 2; d < x->ndim; d++) {
        t->area *= x->dim[d];
    }
    t->count = x->dim[0] * t->area;
    t->all.columns = t->area < NARROW;
    t->all.rows = x->dim[0];
    t->all.apart = t->channels * t->area;
    t->each = t->all.columns ? AG__COLUMNS / t->area : 1;
    t->spread = t->all.columns ? t->area : 1;
    t->pieces = (t->channels + t->each - 1) / t->each;
}

static const void *further(const ag__blocks *t, const void *p, int64_t numbers)
{
    return p != NULL ? (const char *)p + (size_t)numbers * ag_dtype_bytes(t->dtype) : NULL;
}

ag__block ag__blocks_at(const ag__blocks *t, int64_t piece, int64_t *first, int64_t *channels)
{
    ag__block b = t->all;
    *first = piece * t->each;
    *channels = t->channels - *first < t->each ? t->channels - *first : t->each;
    b.n = *channels * t->area;
    b.x = further(t, b.x, *first * t->area);
    b.g = further(t, b.g, *first * t->area);
    b.to = (void *)(uintptr_t)further(t, b.to, *first * t->area);
    return b;
}

void ag__blocks_run(const ag__blocks *t, ag__piece *piece, void *context)
{
    double ns = NUMBER_NS * (double)t->channels * (double)t->count;
    ag__parallel(t->pieces, ag__team_for(t->pieces, ns), piece, context);
}

double ag__blocks_get(const ag__blocks *t, const void *p, int64_t i)
{
    return t->dtype == AG_F64 ? ((const double *)p)[i] : (double)((const float *)p)[i];
}

void ag__blocks_set(const ag__blocks *t, void *p, int64_t i, double value)
{
    if (t->dtype == AG_F64) {
        ((double *)p)[i] = value;
    } else {
        ((float *)p)[i] = (float)value;
    }
}

void ag__blocks_give(const ag__blocks *t, ag__per_channel p, int64_t c, double value)
{
    for (int64_t i = c * t->spread; i < (c + 1) * t->spread; i++) {
        ag__blocks_set(t, p, i, value);
    }
}
