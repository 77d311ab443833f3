/* One step of all parameters of a list; see step.h. All parameters are checked before the first one
 * is changed. Then the numbers of all of them are cut into pieces as if they lay one after the
 * other. Must not know the methods.
 */
#include "step.h"

#include <math.h>

#include <autograd/engine.h>
#include <autograd/inspect.h>

#include "ops/common/composite.h"
#include "ops/cpu/parallel.h"

enum { PIECE = 1 << 14 };

#define NUMBER_NS 0.4 /* nanoseconds for one number on one core, in a step of Adam */

/* --- options ---------------------------------------------------------------------------------- */

double ag__option_or(double value, double usual)
{
    if (value == AG_EXACT_ZERO) {
        return 0;
    }
    return value != 0 ? value : usual;
}

/* A tensor whose graph can keep a message: the first parameter that is not NULL, or else the first
 * state. */
static ag_tensor *const *speaker(const ag__step *s)
{
    for (int k = -1; k < s->states; k++) {
        ag_tensor *const *list = k < 0 ? s->parameter : s->state[k];
        for (int i = 0; list != NULL && i < s->n; i++) {
            if (list[i] != NULL) {
                return &list[i];
            }
        }
    }
    return NULL;
}

ag_status ag__step_fail(const ag__step *s, ag_status status, const char *hint, const char *what,
                        double value)
{
    ag__composite c;
    ag_tensor *const *one = speaker(s);
    if (one != NULL && ag__composite_open(&c, s->name, one, 1, 1)) {
        ag_call_fail(&c.call, status, hint, "%s %g", what, value);
    }
    return status;
}

ag_status ag__step_null(const char *name, ag_tensor *const *parameters, int n, const char *what)
{
    const ag__step s = {name, parameters, n, .size = 0};
    ag__composite c;
    ag_tensor *const *one = speaker(&s);
    if (one != NULL && ag__composite_open(&c, name, one, 1, 1)) {
        ag_call_fail(&c.call, AG_ERR_NULL_ARGUMENT, NULL, "%s NULL", what);
    }
    return AG_ERR_NULL_ARGUMENT;
}

ag_status ag__step_fail_at(const ag__step *s, int i, ag_status status, const char *hint,
                           const char *what)
{
    ag__composite c;
    if (ag__composite_open(&c, s->name, s->parameter + i, 1, 1)) {
        ag_call_fail(&c.call, status, hint, "%s", what);
    }
    return status;
}

ag_status ag__step_options(const ag__step *s, const ag__option *options, int n)
{
    static const struct {
        double least, below;
        bool open; /* whether `least` itself is refused */
        const char *hint;
    } ranges[] = {
        [AG__FROM_0] = {0, (double)INFINITY, false, "a finite number, 0 or more"},
        [AG__BELOW_1] = {0, 1, false, "0 or more, below 1"},
        [AG__BETWEEN] = {0, 1, true, "above 0, below 1"},
        [AG__FROM_1] = {1, (double)INFINITY, false, "a finite number, 1 or more"},
        [AG__ABOVE_0] = {0, (double)INFINITY, true, "a finite number above 0"},
    };
    for (int i = 0; i < n; i++) {
        const ag__option_range r = options[i].range;
        const double value = options[i].value;
        bool high = ranges[r].open ? value > ranges[r].least : value >= ranges[r].least;
        if (!high || !(value < ranges[r].below)) {
            return ag__step_fail(s, AG_ERR_VALUE, ranges[r].hint, options[i].name, value);
        }
    }
    return AG_OK;
}

void ag__step_decay(ag__step *s, double rate, double decay, bool decoupled)
{
    s->c.decay = decoupled ? 0 : decay;
    s->c.keep = decoupled ? 1 - rate * decay : 1;
}

/* --- the lists -------------------------------------------------------------------------------- */

/* Parameter i and its states. */
static void tensors_of(const ag__step *s, int i, ag_tensor *list[1 + AG__STEP_STATES])
{
    list[0] = s->parameter[i];
    for (int k = 0; k < s->states; k++) {
        list[1 + k] = s->state[k][i];
    }
}

/* The status if parameter i and its states cannot be stepped together. The graph of one of them has
 * kept the message already, unless all are NULL. */
static ag_status fail_operands(const ag__step *s, int i, ag_tensor *const *list)
{
    int there = 0, n = 1 + s->states;
    for (int k = 0; k < n; k++) {
        there += list[k] != NULL;
    }
    if (there == 0) {
        ag__step_fail(s, AG_ERR_NULL_ARGUMENT, NULL, "the tensor is NULL at place", i);
    }
    return there < n ? AG_ERR_NULL_ARGUMENT : AG_ERR_GRAPH;
}

/* Whether one of the tensors is named twice. */
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

static ag_status check_parameter(const ag__step *s, int i)
{
    ag__composite c;
    ag_tensor *list[1 + AG__STEP_STATES];
    tensors_of(s, i, list);
    if (!ag__composite_open(&c, s->name, list, 1 + s->states, 1 + s->states)) {
        return fail_operands(s, i, list);
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

ag_status ag__step_check(const ag__step *s)
{
    bool missing = s->n > 0 && s->parameter == NULL;
    for (int k = 0; k < s->states; k++) {
        missing = missing || (s->n > 0 && s->state[k] == NULL);
    }
    if (s->n < 0) {
        return ag__step_fail(s, AG_ERR_VALUE, "0 or more", "the number of parameters is", s->n);
    }
    if (missing) {
        return ag__step_fail(s, AG_ERR_NULL_ARGUMENT, "one state for each parameter",
                             "a list is NULL, with this number of parameters:", s->n);
    }
    ag_status status = AG_OK;
    for (int i = 0; status == AG_OK && i < s->n; i++) {
        status = check_parameter(s, i);
    }
    return status;
}

/* --- the work --------------------------------------------------------------------------------- */

int64_t ag__step_size(const ag__step *s, int i)
{
    bool counts = s->kind == AG__STEP_average || ag_has_grad(s->parameter[i]);
    return counts ? ag_size(s->parameter[i]) : 0;
}

int64_t ag__step_pieces(int64_t size)
{
    return (size + PIECE - 1) / PIECE;
}

void ag__step_each(const ag__step *s, int64_t piece, ag__step_part *part, void *context)
{
    int64_t from = ag__piece_start(s->size, PIECE, s->pieces, piece);
    int64_t to = ag__piece_start(s->size, PIECE, s->pieces, piece + 1), start = 0;
    for (int i = 0; i < s->n && start < to; i++) {
        int64_t size = ag__step_size(s, i), end = start + size;
        if (end > from && size > 0) {
            part(s, i, from > start ? from - start : 0, to < end ? to - start : size, context);
        }
        start = end;
    }
}

/* Steps the numbers from `from` to `to` of parameter i. */
static void step_part(const ag__step *s, int i, int64_t from, int64_t to, void *context)
{
    ag_tensor *list[1 + AG__STEP_STATES];
    tensors_of(s, i, list);
    ag_dtype dtype = ag_dtype_of(list[0]);
    size_t skip = (size_t)from * ag_dtype_bytes(dtype);
    void *array[AG__STEP_ARRAYS] = {NULL};
    char *grad = (char *)(uintptr_t)ag_grad_data(list[0]);
    array[0] = (char *)ag_array_of(list[0]).data + skip;
    array[1] = grad != NULL ? grad + skip : NULL;
    for (int k = 0; k < s->states; k++) {
        array[2 + k] = (char *)ag_array_of(list[1 + k]).data + skip;
    }
    s->kernel[dtype == AG_F32](to - from, array, &s->c);
    (void)context;
}

static void step_piece(void *context, int64_t piece, int worker)
{
    ag__step_each(context, piece, step_part, NULL);
    (void)worker;
}

/* How many of a parameter and its states count as written. An average is written but not the
 * parameter it is taken of, and if only gradients change, none is written. */
static int written(const ag__step *s)
{
    bool only_grad = s->kind == AG__STEP_scale || s->kind == AG__STEP_clamp;
    return only_grad ? 0 : s->kind == AG__STEP_average ? 1 : 1 + s->states;
}

ag_status ag__step_all(ag__step *s, ag__step_kind kind)
{
    ag_status status = ag__step_check(s);
    if (status != AG_OK) {
        return status;
    }
    s->kind = kind;
    s->kernel = ag__kernels_best()->steps->of[kind];
    for (int i = 0; i < s->n; i++) {
        ag_tensor *list[1 + AG__STEP_STATES];
        int64_t size = ag__step_size(s, i);
        tensors_of(s, i, list);
        s->size += size;
        for (int k = 0; k < written(s) && size > 0; k++) {
            ag_touch(list[k]);
        }
    }
    s->pieces = ag__step_pieces(s->size);
    ag__parallel(s->pieces, ag__team_for(s->pieces, NUMBER_NS * (double)s->size), step_piece, s);
    return AG_OK;
}
