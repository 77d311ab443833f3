/* One step of all parameters of a list; see step.h. All parameters are checked before the first one
 * is changed. Then the numbers of all of them are cut into pieces as if they lay one after the
 * other. Must not know the methods.
 */
#include "step.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <autograd/engine.h>
#include <autograd/inspect.h>

#include "ops/common/composite.h"
#include "ops/cpu/parallel.h"

enum { PIECE = 1 << 14 };

#define NUMBER_NS 0.4 /* nanoseconds for one number on one core, in a step of Adam */

/* --- options ---------------------------------------------------------------------------------- */

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

ag_status ag__step_fail_whole(const ag__step *s, ag_status status, const char *hint,
                              const char *what)
{
    ag__composite c;
    ag_tensor *const *one = speaker(s);
    if (one != NULL && ag__composite_open(&c, s->name, one, 1, 1)) {
        ag_call_fail(&c.call, status, hint, "%s", what);
    }
    return status;
}

ag_status ag__step_null(const char *name, ag_tensor *const *parameters, int n, const char *what)
{
    const ag__step s = {name, parameters, n, .size = 0};
    char text[80];
    snprintf(text, sizeof text, "%s NULL", what);
    return ag__step_fail_whole(&s, AG_ERR_NULL_ARGUMENT, NULL, text);
}

ag_status ag__step_fail(const ag__step *s, ag_status status, const char *hint, const char *what,
                        double value)
{
    char text[120];
    snprintf(text, sizeof text, "%s %g", what, value);
    return ag__step_fail_whole(s, status, hint, text);
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

/* Tensor number i of all: the parameters, and after them the states, list by list. */
static const ag_tensor *tensor_at(const ag__step *s, int64_t i)
{
    int64_t list = i / s->n;
    return list == 0 ? s->parameter[i] : s->state[list - 1][i % s->n];
}

/* Finds `t` in a table of tensors, whose size is a power of two, or the free place where it would
 * be. */
static const ag_tensor **place_of(const ag_tensor **table, uint64_t size, const ag_tensor *t)
{
    uint64_t at = (uint64_t)(uintptr_t)t / 16 * 0x9E3779B97F4A7C15u >> 32;
    while (table[at % size] != NULL && table[at % size] != t) {
        at++;
    }
    return &table[at % size];
}

/* The number of a tensor that is named twice, or -1. Each FEW of the tensors are put into a table,
 * in which they and all later ones are looked up, so nothing is allocated. */
static int64_t named_twice(const ag__step *s)
{
    enum { FEW = 256 };
    const ag_tensor *table[2 * FEW];
    int64_t all = (int64_t)s->n * (1 + s->states);
    for (int64_t from = 0; from < all; from += FEW) {
        uint64_t size = 8;
        for (; size < 2 * FEW && (int64_t)size < 2 * (all - from);) {
            size *= 2;
        }
        memset(table, 0, (size_t)size * sizeof *table);
        for (int64_t i = from; i < all; i++) {
            const ag_tensor *t = tensor_at(s, i), **place = place_of(table, size, t);
            if (*place == t) {
                return i;
            }
            *place = i < from + FEW ? t : *place;
        }
    }
    return -1;
}

static ag_status check_lists(const ag__step *s)
{
    if (s->n < 0) {
        return ag__step_fail(s, AG_ERR_VALUE, "0 or more", "the number of parameters is", s->n);
    }
    for (int k = -1; k < s->states && s->n > 0; k++) {
        if ((k < 0 ? s->parameter : s->state[k]) == NULL) {
            char text[120];
            snprintf(text, sizeof text, "the list of %s is NULL, and there %s %d parameter%s",
                     k < 0 ? "parameters" : s->word[k], s->n == 1 ? "is" : "are", s->n,
                     s->n == 1 ? "" : "s");
            return ag__step_fail_whole(s, AG_ERR_NULL_ARGUMENT, NULL, text);
        }
    }
    return AG_OK;
}

ag_status ag__step_check(const ag__step *s)
{
    ag_status status = check_lists(s);
    for (int i = 0; status == AG_OK && i < s->n; i++) {
        status = check_parameter(s, i);
    }
    int64_t again = status == AG_OK ? named_twice(s) : -1;
    if (again >= 0) {
        status = ag__step_fail_at(s, (int)(again % s->n), AG_ERR_VALUE,
                                  "name each parameter once; each has states of its own",
                                  "a tensor is named twice among parameters and states");
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
