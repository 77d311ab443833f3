/* Tables of vectors: those that are looked up by number, and those that are added to each place. */
#define AG_NO_SITES
#include <autograd/inspect.h>
#include <autograd/nn_sequence.h>
#include <autograd/ops.h>
#include <math.h>
#include <string.h>

#include "nn/layers/layer.h"

/* --- embedding -------------------------------------------------------------------------------- */

typedef struct embedding {
    int64_t rows, width;
    nn_embedding_options options;
    const ag_tensor *begun; /* the weight whose padding row was set to 0 */
} embedding;

/* A building pass that fails drops its weight, and the next one makes another. */
static bool padding_begins(nn_module *m, embedding *e, ag_tensor *w)
{
    if (!e->options.has_padding || e->begun == w || nn_is_built(m)) {
        return true;
    }
    size_t bytes = (size_t)e->width * ag_dtype_bytes(ag_dtype_of(w));
    char *row = ag_mutable_data(w);
    if (row != NULL) {
        memset(row + (size_t)e->options.padding * bytes, 0, bytes);
        e->begun = w;
    }
    return row != NULL;
}

static ag_tensor *embedding_forward(nn_module *m, ag_tensor *x)
{
    embedding *e = nn_self(m);
    const nn_embedding_options *o = &e->options;
    ag_tensor *w, *none;
    const nn__affine a = {.weight = AG_SHAPE(e->rows, e->width),
                          .weight_init = o->weight,
                          .no_bias = true,
                          .penalty = o->penalty};
    if (ag_dtype_of(x) != AG_I64) {
        ag_fail(nn_graph_of(m), AG_ERR_DTYPE, "build it with AG_I64; ag_cast makes indices",
                "nn_embedding: the input is %s, and rows have whole numbers (i64)",
                ag_dtype_text(ag_dtype_of(x)));
        return NULL;
    }
    if (!nn__affine_get(m, &a, &w, &none) || !padding_begins(m, e, w)) {
        return NULL;
    }
    const ag_embedding_options padding = {.has_padding = o->has_padding, .padding_idx = o->padding};
    return ag_embedding(w, x, &padding);
}

nn_module *nn_embedding(ag_graph *g, int64_t rows, int64_t width, const nn_embedding_options *o)
{
    embedding e = {.rows = rows, .width = width};
    e.options = o != NULL ? *o : (nn_embedding_options){.has_padding = false};
    if (!nn__size_fits(g, "embedding", "the number of rows", rows) ||
        !nn__size_fits(g, "embedding", "the width", width)) {
        return NULL;
    }
    int64_t padding = e.options.padding;
    if (g != NULL && e.options.has_padding && (padding < -rows || padding >= rows)) {
        ag_fail(g, AG_ERR_VALUE, "rows count from 0, or from the end as -1",
                "nn_embedding: padding row %lld of a table of %lld", (long long)padding,
                (long long)rows);
        return NULL;
    }
    e.options.padding = padding < 0 ? padding + rows : padding;
    if (e.options.weight.kind == NN_DEFAULT) {
        e.options.weight = (nn_init){NN_NORMAL, .b = 1};
    }
    return nn__layer_new(g, "embedding", embedding_forward, &e, sizeof e);
}

/* --- places ----------------------------------------------------------------------------------- */

typedef struct places {
    int64_t longest;
    nn_init weight;
    ag_tensor *sines;
} places;

/* The last two sizes of x: as many places as the table has? */
static bool places_fit(const nn_module *m, ag_tensor *x, int64_t longest)
{
    ag_shape s = ag_shape_of(x);
    if (s.ndim < 2) {
        nn__dims_fit(m, x, 3, "batch, places, features");
        return false;
    }
    if (s.dim[s.ndim - 2] > longest) {
        ag_fail(nn_graph_of(m), AG_ERR_SHAPE, "cut the input, or make the table longer",
                "nn_%s: %lld places, and there are vectors for %lld", nn_type_of(m),
                (long long)s.dim[s.ndim - 2], (long long)longest);
        return false;
    }
    return true;
}

/* x with the first rows of a table added to its places. */
static ag_tensor *add_rows(ag_tensor *x, ag_tensor *table)
{
    ag_shape s = ag_shape_of(x);
    int64_t n = s.dim[s.ndim - 2];
    return ag_add(x, n < ag_shape_of(table).dim[0] ? ag_narrow(table, 0, 0, n) : table);
}

static ag_tensor *positions_forward(nn_module *m, ag_tensor *x)
{
    const places *p = nn_self(m);
    if (!places_fit(m, x, p->longest)) {
        return NULL;
    }
    ag_shape s = ag_shape_of(x), table = AG_SHAPE(p->longest, s.dim[s.ndim - 1]);
    ag_tensor *weight = nn_parameter(m, "weight", table, p->weight);
    return weight != NULL ? add_rows(x, weight) : NULL;
}

nn_module *nn_positions(ag_graph *g, int64_t longest, const nn_init *weight)
{
    places p = {.longest = longest, .weight = {NN_NORMAL, .b = 0.02}};
    if (weight != NULL && weight->kind != NN_DEFAULT) {
        p.weight = *weight;
    }
    return nn__size_fits(g, "positions", "the number of places", longest)
               ? nn__layer_new(g, "positions", positions_forward, &p, sizeof p)
               : NULL;
}

static ag_tensor *sines_new(ag_graph *g, ag_dtype dtype, int64_t rows, int64_t width)
{
    ag_tensor *t = ag_leaf(g, AG_CONSTANT, AG_F64, AG_SHAPE(rows, width), NULL);
    double *value = ag_mutable_data(t);
    for (int64_t i = 0; value != NULL && i < rows * width; i++) {
        int64_t j = i % width;
        double angle = (double)(i / width) / pow(10000, (double)(j - j % 2) / (double)width);
        value[i] = j % 2 == 0 ? sin(angle) : cos(angle);
    }
    return dtype == AG_F64 ? t : ag_cast(t, dtype);
}

/* The table is made in the building pass, below the marks of steps, as parameters are. */
static ag_tensor *sinusoids_forward(nn_module *m, ag_tensor *x)
{
    places *p = nn_self(m);
    if (!places_fit(m, x, p->longest)) {
        return NULL;
    }
    ag_shape s = ag_shape_of(x);
    if (!nn_is_built(m)) {
        p->sines = sines_new(nn_graph_of(m), ag_dtype_of(x), p->longest, s.dim[s.ndim - 1]);
    }
    return p->sines != NULL ? add_rows(x, p->sines) : NULL;
}

nn_module *nn_sinusoids(ag_graph *g, int64_t longest)
{
    places p = {.longest = longest};
    return nn__size_fits(g, "sinusoids", "the number of places", longest)
               ? nn__layer_new(g, "sinusoids", sinusoids_forward, &p, sizeof p)
               : NULL;
}
