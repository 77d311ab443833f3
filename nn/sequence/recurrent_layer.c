/* Recurrent layers: a cell from place to place, in one direction or both, in layers one upon the
 * other. What a cell computes is in recurrent_cell.c. The projection of the input is one product
 * for all places. Between the layers the places are the first axis, so that each is one piece of
 * memory, and it stays an axis of size 1 in a place, whose gradient then is not copied.
 */
#define AG_NO_SITES
#include <autograd/nn_sequence.h>
#include <autograd/ops.h>
#include <stdio.h>

#include "nn/layers/layer.h"
#include "recurrent_cell.h"

enum { MOST_LAYERS = 64 };

/* A recurrence: its cell, the gates of it, whether it has a c. */
typedef struct kind {
    const char *type;
    nn__cell cell, steps; /* as one operation, and one for each line of the equations */
    int gates;
    bool has_c;
} kind;

static const kind rnn_tanh = {"rnn", nn__rnn_tanh_cell, nn__rnn_tanh_cell, 1, false};
static const kind rnn_relu = {"rnn", nn__rnn_relu_cell, nn__rnn_relu_cell, 1, false};
static const kind lstm = {"lstm", nn__lstm_cell, nn__lstm_steps, 4, true};
static const kind gru = {"gru", nn__gru_cell, nn__gru_steps, 3, false};

typedef struct recurrent {
    const kind *kind;
    int64_t hidden;
    int ways; /* directions */
    nn_recurrent_options options;
} recurrent;

/* One run over the places. */
typedef struct pass {
    int layer, way;
    ag_tensor *w_ih, *w_hh, *b_ih, *b_hh;
    ag_tensor *turned; /* the transpose of w_hh, where there is no bias */
} pass;

/* --- parameters ------------------------------------------------------------------------------- */

static ag_tensor *parameter(nn_module *m, const pass *p, const char *what, ag_shape shape,
                            nn_init init)
{
    const recurrent *r = nn_self(m);
    char name[48];
    snprintf(name, sizeof name, "%s_l%d%s", what, p->layer, p->way == 1 ? "_reverse" : "");
    if (init.kind == NN_DEFAULT) {
        init = (nn_init){NN_FAN_IN_UNIFORM, .fan_in = (double)r->hidden};
    }
    return nn_parameter(m, name, shape, init);
}

static bool parameters_get(nn_module *m, pass *p, int64_t in)
{
    const recurrent *r = nn_self(m);
    const nn_recurrent_options *o = &r->options;
    int64_t rows = r->kind->gates * r->hidden;
    p->w_ih = parameter(m, p, "weight_ih", AG_SHAPE(rows, in), o->weight);
    p->w_hh = parameter(m, p, "weight_hh", AG_SHAPE(rows, r->hidden), o->recurrent);
    if (!o->no_bias) {
        p->b_ih = parameter(m, p, "bias_ih", AG_SHAPE(rows), o->bias);
        p->b_hh = parameter(m, p, "bias_hh", AG_SHAPE(rows), o->bias);
    }
    return p->w_ih != NULL && p->w_hh != NULL &&
           (o->no_bias || (p->b_ih != NULL && p->b_hh != NULL));
}

/* --- states ----------------------------------------------------------------------------------- */

/* All last states, as they come. */
typedef struct ends {
    ag_tensor *h[2 * MOST_LAYERS], *c[2 * MOST_LAYERS];
    int n;
} ends;

static bool state_fits(const nn_module *m, const ag_tensor *t, const char *what, int64_t batch)
{
    const recurrent *r = nn_self(m);
    char have[AG_SHAPE_TEXT], due[AG_SHAPE_TEXT];
    ag_shape want = AG_SHAPE(r->options.layers * r->ways, batch, r->hidden);
    if (t == NULL || ag_shape_equal(ag_shape_of(t), want)) {
        return true;
    }
    ag_fail(nn_graph_of(m), AG_ERR_SHAPE, "layers times directions, batch, hidden",
            "nn_%s: the first %s is %s and must be %s", nn_type_of(m), what,
            ag_shape_text(ag_shape_of(t), have), ag_shape_text(want, due));
    return false;
}

/* Part i of what the caller gave, or zeros: (1, N, hidden). */
static ag_tensor *first_state(const nn_module *m, ag_tensor *given, int i, int64_t batch)
{
    const recurrent *r = nn_self(m);
    return given != NULL ? ag_narrow(given, 0, i, 1)
                         : ag_full(nn_graph_of(m), AG_CONSTANT, AG_SHAPE(1, batch, r->hidden), 0);
}

/* --- over the places -------------------------------------------------------------------------- */

/* U h for the state h. Without a bias it is a product with the transpose, which the places share,
 * so that its gradient is turned back once. */
static ag_tensor *of_state(const pass *p, ag_tensor *h)
{
    return p->b_hh != NULL ? ag_linear(h, p->w_hh, p->b_hh) : ag_matmul(h, p->turned);
}

/* x (L, N, in) -> (L, N, hidden); the last state joins the ends. `list` has room for L. */
static ag_tensor *run(nn_module *m, pass *p, ag_tensor *x, ends *e, ag_tensor **list)
{
    const recurrent *r = nn_self(m);
    ag_shape s = ag_shape_of(x);
    if (!parameters_get(m, p, s.dim[2])) {
        return NULL;
    }
    nn__state state = {first_state(m, nn_input(m, 1), e->n, s.dim[1]), NULL};
    if (r->kind->has_c) {
        state.c = first_state(m, nn_input(m, 2), e->n, s.dim[1]);
    }
    ag_tensor *all = ag_linear(x, p->w_ih, p->b_ih);
    p->turned = p->b_hh == NULL ? ag_transpose(p->w_hh) : NULL;
    nn__cell cell = r->options.steps ? r->kind->steps : r->kind->cell;
    for (int64_t i = 0; i < s.dim[0] && all != NULL; i++) {
        int64_t place = p->way == 0 ? i : s.dim[0] - 1 - i;
        state = cell(ag_narrow(all, 0, place, 1), of_state(p, state.h), state);
        list[place] = state.h;
    }
    e->h[e->n] = state.h;
    e->c[e->n] = state.c;
    e->n++;
    return all != NULL ? ag_concat(list, (int)s.dim[0], 0) : NULL;
}

static ag_tensor *layer(nn_module *m, int k, ag_tensor *x, ends *e, ag_tensor **list)
{
    const recurrent *r = nn_self(m);
    ag_tensor *y[2] = {NULL, NULL};
    if (k > 0) {
        x = ag_dropout(x, r->options.dropout, nn_is_training(m));
    }
    for (int way = 0; way < r->ways; way++) {
        pass p = {.layer = k, .way = way};
        y[way] = x != NULL ? run(m, &p, x, e, list) : NULL;
        if (y[way] == NULL) {
            return NULL;
        }
    }
    return r->ways == 1 ? y[0] : ag_concat(y, 2, 2);
}

static bool input_fits(const nn_module *m, const ag_tensor *x)
{
    const recurrent *r = nn_self(m);
    if (!nn__dims_fit(m, x, 3, "batch, places, features")) {
        return false;
    }
    ag_shape s = ag_shape_of(x);
    if (s.dim[1] < 1 || s.dim[1] > INT32_MAX) {
        ag_fail(nn_graph_of(m), AG_ERR_SHAPE, "a sequence has at least one place",
                "nn_%s: a sequence of %lld places", nn_type_of(m), (long long)s.dim[1]);
        return false;
    }
    return state_fits(m, nn_input(m, 1), "state", s.dim[0]) &&
           (!r->kind->has_c || state_fits(m, nn_input(m, 2), "c", s.dim[0]));
}

static ag_tensor *last_of(const recurrent *r, const ends *e)
{
    ag_tensor *h = r->ways == 1 ? e->h[e->n - 1] : ag_concat(e->h + e->n - 2, 2, 2);
    return ag_squeeze_axis(h, 0);
}

static ag_tensor *recurrent_forward(nn_module *m, ag_tensor *x)
{
    const recurrent *r = nn_self(m);
    ends e = {.n = 0};
    if (!input_fits(m, x)) {
        return NULL;
    }
    size_t places = (size_t)ag_shape_of(x).dim[1];
    ag_tensor **list = ag_graph_memory(nn_graph_of(m), places * sizeof *list);
    ag_tensor *y = list != NULL ? ag_transpose_axes(x, 0, 1) : NULL;
    for (int k = 0; k < r->options.layers && y != NULL; k++) {
        y = layer(m, k, y, &e, list);
    }
    if (y == NULL) {
        return NULL;
    }
    ag_tensor *h = nn_keep(m, "h", ag_concat(e.h, e.n, 0));
    if (h == NULL || (r->kind->has_c && nn_keep(m, "c", ag_concat(e.c, e.n, 0)) == NULL)) {
        return NULL;
    }
    return r->options.last ? last_of(r, &e) : ag_transpose_axes(y, 0, 1);
}

/* --- making ----------------------------------------------------------------------------------- */

static nn_module *recurrent_new(ag_graph *g, const kind *k, int64_t hidden,
                                const nn_recurrent_options *o)
{
    recurrent r = {.kind = k, .hidden = hidden};
    r.options = o != NULL ? *o : (nn_recurrent_options){.layers = 1};
    r.options.layers = r.options.layers != 0 ? r.options.layers : 1;
    r.ways = r.options.bidirectional ? 2 : 1;
    if (!nn__size_fits(g, k->type, "the hidden width", hidden) ||
        !nn__size_fits(g, k->type, "the number of layers", r.options.layers) ||
        !nn__probability_fits(g, k->type, "dropout", r.options.dropout)) {
        return NULL;
    }
    if (g != NULL && r.options.layers > MOST_LAYERS) {
        ag_fail(g, AG_ERR_VALUE, "stack more by nn_sequential",
                "nn_%s: %d layers, and there can be %d", k->type, r.options.layers, MOST_LAYERS);
        return NULL;
    }
    return nn__layer_new(g, k->type, recurrent_forward, &r, sizeof r);
}

nn_module *nn_rnn(ag_graph *g, int64_t hidden, const nn_recurrent_options *o)
{
    return recurrent_new(g, o != NULL && o->relu ? &rnn_relu : &rnn_tanh, hidden, o);
}

nn_module *nn_lstm(ag_graph *g, int64_t hidden, const nn_recurrent_options *o)
{
    return recurrent_new(g, &lstm, hidden, o);
}

nn_module *nn_gru(ag_graph *g, int64_t hidden, const nn_recurrent_options *o)
{
    return recurrent_new(g, &gru, hidden, o);
}
