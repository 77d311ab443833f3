/* Steps of optimizers; see optim.h. Every parameter is looked at before the first one is stepped;
 * then the numbers of all of them, as if they lay one after the other, are cut into pieces.
 */
#define AG_NO_SITES
#include <math.h>

#include <autograd/inspect.h>
#include <autograd/optim.h>

#include "ops/common/composite.h"
#include "ops/cpu/parallel.h"
#include "ops/kernel/kernel_table.h"

enum { PIECE = 1 << 14, STATES = AG__STEP_ARRAYS - 2 };

#define NUMBER_NS 0.4 /* that stepping a number takes, more or less */

typedef struct step {
    const char *name;
    ag_tensor *const *parameter;
    int n, states;
    ag_tensor *const *state[STATES];
    ag__step_kernel *const *kernel; /* by dtype */
    double c[AG__STEP_CONSTANTS];
    int64_t size; /* numbers in all, pieces of them */
    int64_t pieces;
} step;

/* --- checks ----------------------------------------------------------------------------------- */

/* An error of the whole call, told of the first parameter there is. */
static ag_status fail(const step *s, ag_status status, const char *hint, const char *what,
                      double value)
{
    ag__composite c;
    for (int i = 0; s->parameter != NULL && i < s->n; i++) {
        if (ag__composite_open(&c, s->name, s->parameter + i, 1, 1)) {
            return ag_call_fail(&c.call, status, hint, "%s %g", what, value);
        }
    }
    return status;
}

static ag_status not_negative(const step *s, const char *what, double value)
{
    return value >= 0 && value < (double)INFINITY
               ? AG_OK
               : fail(s, AG_ERR_VALUE, "a finite number, 0 or more", what, value);
}

static ag_status part(const step *s, const char *what, double value)
{
    return value >= 0 && value < 1 ? AG_OK
                                   : fail(s, AG_ERR_VALUE, "0 or more, below 1", what, value);
}

/* Rate and decay, the momenta or parts kept, eps: what every method has, by its own names. */
static ag_status check_numbers(step *s, double rate, double decay, const char *first,
                               const char *second)
{
    ag_status status = not_negative(s, "rate", rate);
    status = status == AG_OK ? not_negative(s, "weight_decay", decay) : status;
    status = status == AG_OK ? not_negative(s, "eps", s->c[AG__STEP_EPS]) : status;
    status = status == AG_OK ? part(s, first, s->c[AG__STEP_FIRST]) : status;
    return status == AG_OK ? part(s, second, s->c[AG__STEP_SECOND]) : status;
}

/* Parameter i and its states; states of NULL where the method has fewer. */
static void tensors_of(const step *s, int i, ag_tensor *list[1 + STATES])
{
    list[0] = s->parameter[i];
    for (int k = 0; k < s->states; k++) {
        list[1 + k] = s->state[k][i];
    }
}

/* Why these cannot be stepped together: the graph of one has the message. */
static ag_status without_graph(ag_tensor *const *list, int n)
{
    for (int k = 0; k < n; k++) {
        if (list[k] == NULL) {
            return AG_ERR_NULL_ARGUMENT;
        }
    }
    return AG_ERR_GRAPH;
}

/* Is one of the tensors named twice? */
static bool twice(ag_tensor *const *list, int n)
{
    bool same = false;
    for (int k = 1; k < n; k++) {
        for (int i = 0; i < k; i++) {
            same = same || list[i] == list[k];
        }
    }
    return same;
}

static ag_status check_parameter(const step *s, int i)
{
    ag__composite c;
    ag_tensor *list[1 + STATES];
    tensors_of(s, i, list);
    if (!ag__composite_open(&c, s->name, list, 1 + s->states, 1 + s->states)) {
        return without_graph(list, 1 + s->states);
    }
    if (s->parameter[0] != NULL && c.call.graph != ag_graph_of(s->parameter[0])) {
        return ag_call_fail(&c.call, AG_ERR_GRAPH, NULL, "parameters of different graphs");
    }
    ag_status status = ag_call_same_float(&c.call);
    if (status == AG_OK && twice(list, 1 + s->states)) {
        status = ag_call_fail(&c.call, AG_ERR_VALUE, "a leaf of its own for each state",
                              "a tensor is named twice among parameter and states");
    }
    for (int k = 0; status == AG_OK && k <= s->states; k++) {
        if (!ag__composite_shape(&c, "state", list[k], ag_shape_of(list[0]))) {
            return AG_ERR_SHAPE;
        }
        if (ag_role_of(list[k]) == AG_RESULT) {
            status = ag_call_fail(&c.call, AG_ERR_STATE, "a leaf in memory of its own",
                                  "the %s cannot be written", k == 0 ? "parameter" : "state");
        }
    }
    return status;
}

static ag_status check_lists(const step *s)
{
    bool missing = s->n > 0 && s->parameter == NULL;
    for (int k = 0; k < s->states; k++) {
        missing = missing || (s->n > 0 && s->state[k] == NULL);
    }
    if (s->n < 0 || missing) {
        return fail(s, s->n < 0 ? AG_ERR_VALUE : AG_ERR_NULL_ARGUMENT, NULL,
                    "a list is NULL; tensors in each:", s->n);
    }
    ag_status status = AG_OK;
    for (int i = 0; status == AG_OK && i < s->n; i++) {
        status = check_parameter(s, i);
    }
    return status;
}

/* --- the work --------------------------------------------------------------------------------- */

/* The numbers of parameter i that are stepped. */
static int64_t size_of(const step *s, int i)
{
    return ag_has_grad(s->parameter[i]) ? ag_size(s->parameter[i]) : 0;
}

/* Numbers from `from` to `to` of parameter i. */
static void step_part(const step *s, int i, int64_t from, int64_t to)
{
    ag_tensor *list[1 + STATES];
    tensors_of(s, i, list);
    ag_dtype dtype = ag_dtype_of(list[0]);
    size_t skip = (size_t)from * ag_dtype_bytes(dtype);
    void *array[AG__STEP_ARRAYS] = {NULL};
    array[0] = (char *)ag_array_of(list[0]).data + skip;
    array[1] = (char *)(uintptr_t)ag_grad_data(list[0]) + skip;
    for (int k = 0; k < s->states; k++) {
        array[2 + k] = (char *)ag_array_of(list[1 + k]).data + skip;
    }
    s->kernel[dtype == AG_F32](to - from, array, s->c);
}

static void step_piece(void *context, int64_t piece, int worker)
{
    const step *s = context;
    int64_t from = ag__piece_start(s->size, PIECE, s->pieces, piece);
    int64_t to = ag__piece_start(s->size, PIECE, s->pieces, piece + 1), start = 0;
    for (int i = 0; i < s->n && start < to; i++) {
        int64_t size = size_of(s, i), end = start + size;
        if (end > from && size > 0) {
            step_part(s, i, from > start ? from - start : 0, to < end ? to - start : size);
        }
        start = end;
    }
    (void)worker;
}

static void step_all(step *s, ag__step_kind kind)
{
    s->kernel = ag__kernels_best()->steps->of[kind];
    for (int i = 0; i < s->n; i++) {
        ag_tensor *list[1 + STATES];
        tensors_of(s, i, list);
        s->size += size_of(s, i);
        for (int k = 0; k <= s->states && ag_has_grad(list[0]); k++) {
            ag_touch(list[k]);
        }
    }
    s->pieces = (s->size + PIECE - 1) / PIECE;
    ag__parallel(s->pieces, ag__workers(s->pieces, NUMBER_NS * (double)s->size), step_piece, s);
}

/* --- the methods ------------------------------------------------------------------------------ */

static double or_usual(double value, double usual)
{
    return value != 0 ? value : usual;
}

ag_status ag_sgd_step(const ag_sgd *o, ag_tensor *const *parameters, int n,
                      ag_tensor *const *velocity)
{
    if (o == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    bool moving = o->momentum != 0;
    step s = {"sgd_step", parameters, n, moving, {velocity}, .c = {o->rate, o->weight_decay}};
    s.c[AG__STEP_FIRST] = o->momentum;
    ag_status status = check_numbers(&s, o->rate, o->weight_decay, "momentum", "momentum");
    if (status == AG_OK && o->nesterov && !moving) {
        status = fail(&s, AG_ERR_VALUE, "nesterov looks ahead along the momentum", "momentum", 0);
    }
    status = status == AG_OK ? check_lists(&s) : status;
    if (status == AG_OK) {
        step_all(&s, !moving       ? AG__STEP_descent
                     : o->nesterov ? AG__STEP_nesterov
                                   : AG__STEP_momentum);
    }
    return status;
}

ag_status ag_rmsprop_step(const ag_rmsprop *o, ag_tensor *const *parameters, int n,
                          ag_tensor *const *square)
{
    if (o == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    step s = {"rmsprop_step", parameters, n, 1, {square}, .c = {o->rate, o->weight_decay}};
    s.c[AG__STEP_SECOND] = or_usual(o->alpha, 0.99);
    s.c[AG__STEP_EPS] = or_usual(o->eps, 1e-8);
    ag_status status = check_numbers(&s, o->rate, o->weight_decay, "alpha", "alpha");
    status = status == AG_OK ? check_lists(&s) : status;
    if (status == AG_OK) {
        step_all(&s, AG__STEP_rmsprop);
    }
    return status;
}

/* With both corrections taken out of the loop: m/(1 - beta1^t) as a part of the rate, and
 * sqrt(v/(1 - beta2^t)) as sqrt(v) times a scale. */
ag_status ag_adam_step(const ag_adam *o, ag_tensor *const *parameters, int n,
                       ag_tensor *const *mean, ag_tensor *const *square, int64_t t)
{
    if (o == NULL) {
        return AG_ERR_NULL_ARGUMENT;
    }
    step s = {"adam_step", parameters, n, 2, {mean, square}, .size = 0};
    double beta1 = or_usual(o->beta1, 0.9), beta2 = or_usual(o->beta2, 0.999);
    s.c[AG__STEP_FIRST] = beta1;
    s.c[AG__STEP_SECOND] = beta2;
    s.c[AG__STEP_EPS] = or_usual(o->eps, 1e-8);
    s.c[AG__STEP_RATE] = o->rate / (1 - pow(beta1, (double)t));
    s.c[AG__STEP_SCALE] = 1 / sqrt(1 - pow(beta2, (double)t));
    s.c[AG__STEP_DECAY] = o->decoupled ? 0 : o->weight_decay;
    s.c[AG__STEP_KEEP] = o->decoupled ? 1 - o->rate * o->weight_decay : 1;
    ag_status status = check_numbers(&s, o->rate, o->weight_decay, "beta1", "beta2");
    if (status == AG_OK && t < 1) {
        status = fail(&s, AG_ERR_VALUE, "the first step is t = 1", "t", (double)t);
    }
    status = status == AG_OK ? check_lists(&s) : status;
    if (status == AG_OK) {
        step_all(&s, AG__STEP_adam);
    }
    return status;
}
