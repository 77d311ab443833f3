/* Which operation a call means, and which argument is for which of its parameters: by place, by
 * name, and where there are several operations of one name, as sum and sum_over, by which of them
 * has all the names. Must not know values.
 */
#include "syntax.h"

#include <string.h>

/* What may follow a name: max(x, axis=0) is max_along, max(a, b) is maximum. */
static const char *const endings[] = {"", "_along", "_over", "_axis", "_axes", "imum"};

/* What stands on a blackboard and can mean nothing else. */
static const char *const written[][2] = {{"√", "sqrt"},      {"ln", "log"},      {"arcsin", "asin"},
                                         {"arccos", "acos"}, {"arctan", "atan"}, {"σ", "sigmoid"},
                                         {"sgn", "sign"}};

static int variant(const viz_program *p, viz__span name, const char *ending)
{
    char text[VIZ__NAME_ROOM + 16];
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        if (viz__span_is(p, name, written[i][0])) {
            return viz__function_find(written[i][1], ending[0] == '\0' ? strlen(written[i][1]) : 0);
        }
    }
    size_t n = viz__plain_name(p, name, text, VIZ__NAME_ROOM);
    strcpy(text + n, ending);
    int found = viz__function_find(text, strlen(text));
    if (found < 0) {
        viz__small_letters(text);
        found = viz__function_find(text, strlen(text));
    }
    return found;
}

/* The parameter of a name: axis also stands for axes. */
static int parameter_named(const viz_program *p, const viz__function *f, viz__span name)
{
    for (int k = 0; k < f->n; k++) {
        const viz__parameter *a = &f->parameter[k];
        if (a->kind != VIZ__RESULT &&
            (viz__span_is(p, name, a->name) ||
             (viz__span_is(p, name, "axis") && strcmp(a->name, "axes") == 0))) {
            return k;
        }
    }
    return -1;
}

/* The next parameter that is given by its place, where a word is passed over if none is given; -1
 * past the last. */
static int next_place(const viz__function *f, int after, bool word)
{
    for (int k = after + 1; k < f->n; k++) {
        viz__parameter_kind kind = f->parameter[k].kind;
        if (kind != VIZ__RESULT && (kind != VIZ__WORD || word)) {
            return k;
        }
    }
    return -1;
}

typedef struct fit {
    bool good;
    uint32_t child; /* that does not fit, if it is not good */
    bool by_name;   /* at least one argument has a name */
    uint32_t places;
} fit;

static bool may_be_word(const viz_program *p, const viz__child *c)
{
    return viz__syntax_at(p, c->node)->kind == VIZ__NAME_USED;
}

/* A list takes all arguments that follow by place. */
static fit try_function(viz_program *p, const viz__syntax *call, const viz__function *f)
{
    fit result = {.good = true};
    int place = -1;
    for (uint32_t i = 0; i < call->n; i++) {
        viz__child *c = viz__child_at(p, call, i);
        bool named = c->keyword.end > c->keyword.at;
        bool more = !named && place >= 0 && f->parameter[place].kind == VIZ__TENSORS;
        if (named) {
            c->parameter = parameter_named(p, f, c->keyword);
        } else {
            c->parameter = place = more ? place : next_place(f, place, may_be_word(p, c));
        }
        bool twice = false;
        for (uint32_t k = 0; k < i && !more; k++) {
            twice = twice || viz__child_at(p, call, k)->parameter == c->parameter;
        }
        if (c->parameter < 0 || twice) {
            result.good = false;
            result.child = i;
            return result;
        }
        result.by_name = result.by_name || named;
        result.places += !named;
    }
    return result;
}

static bool may_mean(fit f, const char *ending)
{
    if (!f.good || ending[0] == '\0') {
        return f.good;
    }
    return ending[0] == 'i' ? f.places == 2 && !f.by_name : f.by_name;
}

/* --- what does not fit ------------------------------------------------------------------------ */

/* What others call an operation, and what has to be written for what is none. */
static const char *const elsewhere[][2] = {
    {"tg", "tan"},       {"ctg", "1/tan(x)"},  {"sqr", "square"},   {"cot", "1/tan(x)"},
    {"sec", "1/cos(x)"}, {"csc", "1/sin(x)"},  {"gamma", "lgamma"}, {"logistic", "sigmoid"},
    {"swish", "silu"},   {"arctan2", "atan2"}, {"cat", "concat"},   {"ones", "full"},
    {"average", "mean"}, {"inv", "inverse"},   {"lg", "log10"},
};

/* What somebody who writes this name may mean; NULL for nothing that is known. */
static const char *meant(viz_program *p, viz__span name, char near[VIZ__SHORT])
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        const char *better = elsewhere[i][1];
        if (viz__span_is(p, name, elsewhere[i][0]) &&
            (strchr(better, '(') != NULL || viz__function_find(better, strlen(better)) >= 0)) {
            return better;
        }
    }
    return viz__nearest(p, name, true, near);
}

static bool unknown_function(viz_program *p, const viz__syntax *call)
{
    char text[VIZ__SHORT], near[VIZ__SHORT], hint[2 * VIZ__SHORT + 60];
    const char *name = viz__short(p, call->name, text), *better = meant(p, call->name, near);
    if (viz__symbol_find(p, name, strlen(name)) != VIZ__NONE) {
        ag_format_text(hint, sizeof hint, "write %s*(...) for a product", name);
        return viz__complain(p, call->name, hint, "%s is no operation that could be called", name);
    }
    bool letter = call->name.end - call->name.at <= 2;
    ag_format_text(hint, sizeof hint,
                   better != NULL && strchr(better, '(') != NULL ? "write %s"
                   : better != NULL                              ? "did you mean %s?"
                   : letter                                      ? "write %s*(...) for a product"
                            : "autograd --list-ops names all operations",
                   better != NULL ? better : name);
    return viz__complain(p, call->name, hint, "there is no operation %s", name);
}

/* How the operation is called, and the next of its variants. */
static void put_usages(const viz_program *p, const viz__syntax *call, int function, char *text,
                       size_t room)
{
    char usage[200];
    size_t used = 0;
    viz_operation_usage(function, usage, sizeof usage);
    used += ag_format_text(text, room, "write %s", usage);
    for (size_t i = 1; i < sizeof endings / sizeof *endings; i++) {
        int other = variant(p, call->name, endings[i]);
        if (other >= 0 && other != function && used < room) {
            viz_operation_usage(other, usage, sizeof usage);
            used += ag_format_text(text + used, room - used, " or %s", usage);
        }
    }
}

static bool explain(viz_program *p, const viz__syntax *call, int function)
{
    char hint[420], text[VIZ__SHORT];
    const viz__function *f = viz__function_at(function);
    fit why = try_function(p, call, f);
    put_usages(p, call, function, hint, sizeof hint);
    const viz__child *c = viz__child_at(p, call, why.child);
    if (c->keyword.end > c->keyword.at) {
        return viz__complain(p, c->keyword, hint,
                             c->parameter < 0 ? "%s has no argument of this name"
                                              : "%s is given this argument twice",
                             f->name);
    }
    return viz__complain(p, viz__syntax_at(p, c->node)->whole, hint, "%s takes no more arguments",
                         viz__short(p, call->name, text));
}

/* --- the choice ------------------------------------------------------------------------------- */

/* Is it the only argument for its parameter? concat([x, y]) lists two, concat([1], x) has two. */
static bool is_alone(const viz_program *p, const viz__syntax *call, uint32_t i)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < call->n && n < 2; k++) {
        n += viz__child_at(p, call, k)->parameter == viz__child_at(p, call, i)->parameter;
    }
    return n == 1;
}

/* Names that are words, and brackets that only list, are no values. */
static void mark_words(viz_program *p, const viz__syntax *call, const viz__function *f)
{
    for (uint32_t i = 0; i < call->n; i++) {
        const viz__child *c = viz__child_at(p, call, i);
        viz__parameter_kind kind = f->parameter[c->parameter].kind;
        viz__syntax *s = viz__syntax_at(p, c->node);
        s->as_word = s->kind == VIZ__NAME_USED && (kind == VIZ__WORD || kind == VIZ__FLAG);
        s->as_list = s->kind == VIZ__BRACKETS && kind == VIZ__TENSORS && is_alone(p, call, i);
        s->as_text = s->kind == VIZ__TEXT_LITERAL && kind == VIZ__TEXT;
    }
}

bool viz__choose_function(viz_program *p, viz__syntax *call)
{
    int first = -1;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        int function = variant(p, call->name, endings[i]);
        first = first < 0 ? function : first;
        if (function >= 0 &&
            may_mean(try_function(p, call, viz__function_at(function)), endings[i])) {
            (void)try_function(p, call, viz__function_at(function));
            call->target = (uint32_t)function;
            mark_words(p, call, viz__function_at(function));
            return true;
        }
    }
    return first < 0 ? unknown_function(p, call) : explain(p, call, first);
}
