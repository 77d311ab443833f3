/* What the columns of a CSV file are asked for as: x, y, beside them, or not at all. Knows nothing
 * of rows.
 */
#include "csv.h"

#include <stdarg.h>
#include <string.h>

enum { LISTED = 12 };

bool nn__csv_fail(const nn__table *t, const nn__csv_column *c, int64_t line, const char *hint,
                  const char *format, ...)
{
    char text[400], where[120] = "", at[40] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (line > 0) {
        snprintf(at, sizeof at, "line %lld%s", (long long)line, c != NULL ? ", " : ": ");
    }
    if (c != NULL) {
        snprintf(where, sizeof where, c->named ? "column %lld \"%.60s\": " : "column %lld: ",
                 (long long)(c - t->column + 1), c->name);
    }
    nn__source_fail(t->in, AG_ERR_IO, hint, "%s%s%s", at, where, text);
    return false;
}

/* --- roles ------------------------------------------------------------------------------------ */

/* The column of this name; NULL and an error that lists those that are there. */
static nn__csv_column *find(nn__table *t, const char *name, const char *option)
{
    nn__csv_column *found = NULL;
    char list[300] = "";
    size_t used = 0;
    for (int64_t i = 0; i < t->columns; i++) {
        nn__csv_column *c = &t->column[i];
        if (strcmp(c->name, name) == 0) {
            if (found != NULL) {
                nn__csv_fail(t, c, 0, "give the columns different names",
                             "it has the name of column %lld", (long long)(found - t->column + 1));
                return NULL;
            }
            found = c;
        }
        if (i < LISTED && used < sizeof list - 40) {
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%.24s", i > 0 ? ", " : "",
                                     c->name);
        }
    }
    if (found == NULL) {
        nn__csv_fail(t, NULL, 0, "names are those of the first line, or numbers from 1 without it",
                     "there is no column \"%.60s\" (%s); there are %s%s", name, option, list,
                     t->columns > LISTED ? ", ..." : "");
    }
    return found;
}

/* Calls found columns by what they are asked for as. */
static bool mark(nn__table *t, const char *const *name, int most, const char *option, size_t flag)
{
    for (int i = 0; i < most && name[i] != NULL; i++) {
        nn__csv_column *c = find(t, name[i], option);
        if (c == NULL) {
            return false;
        }
        *(bool *)((char *)c + flag) = true;
    }
    return true;
}
#define MARK(list, flag)                                                                           \
    mark(t, t->o.list, (int)(sizeof t->o.list / sizeof *t->o.list), "." #list,                     \
         offsetof(nn__csv_column, flag))

/* What x has, where it is not said: all that nothing else has. */
static void rest_is_input(nn__table *t)
{
    for (int64_t i = 0; i < t->columns; i++) {
        nn__csv_column *c = &t->column[i];
        c->input = !c->target && !c->extra && !c->out;
    }
}

/* The columns of x are those of `like`, as numbers or with its categories. */
static bool as_like(nn__table *t)
{
    const nn_data *like = t->o.like;
    for (int64_t i = 0; i < like->columns; i++) {
        const nn__column *theirs = &like->column[i];
        nn__csv_column *c = find(t, theirs->name, ".like");
        if (c == NULL) {
            return false;
        }
        c->input = true;
        c->kind = theirs->categories.n > 0 ? NN__TEXT : NN__NUMBERS;
        c->closed = theirs->categories.n > 0;
        c->other = theirs->other;
        for (int64_t k = 0; k < theirs->categories.n; k++) {
            const char *text = theirs->categories.name[k];
            if (nn__categories_add(&c->categories, t->in->graph, text, (int64_t)strlen(text)) < 0) {
                return false;
            }
        }
    }
    return true;
}

/* A target that names classes, which may have to be those of `like`. */
static bool as_classes(nn__table *t, nn__csv_column *c)
{
    const nn_data *like = t->o.like;
    bool closed = like != NULL && nn_classes(like) > 0 && like->classes.n > 0;
    if (t->o.classes || closed) {
        c->kind = NN__TEXT;
        c->merge = true;
    }
    c->closed = closed;
    for (int64_t k = 0; closed && k < like->classes.n; k++) {
        const char *text = like->classes.name[k];
        if (nn__categories_add(&c->categories, t->in->graph, text, (int64_t)strlen(text)) < 0) {
            return false;
        }
    }
    return true;
}

static bool set_target(nn__table *t)
{
    const char *name = t->sklearn && t->o.target == NULL ? "target" : t->o.target;
    if (name == NULL) {
        bool more = t->o.more_targets[0] != NULL;
        return !more || nn__csv_fail(t, NULL, 0, ".target is the first of them",
                                     ".more_targets without .target");
    }
    nn__csv_column *c = find(t, name, ".target");
    if (c == NULL || (t->sklearn && c != &t->column[t->columns - 1])) {
        return c != NULL && nn__csv_fail(t, c, 0, "leave .target away",
                                         "the first line says that the last column is the target");
    }
    c->target = true;
    return t->sklearn || as_classes(t, c);
}

static bool check_roles(nn__table *t)
{
    int64_t inputs = 0;
    for (int64_t i = 0; i < t->columns; i++) {
        nn__csv_column *c = &t->column[i];
        if (c->target && c->input) {
            return nn__csv_fail(t, c, 0, "leave it out of .columns",
                                "the target cannot be an input as well");
        }
        inputs += c->input;
        c->maybe_none &= c->input && !c->extra && t->o.columns[0] == NULL && t->o.like == NULL;
        c->slot = c->input || c->target || c->extra ? t->slots++ : -1;
    }
    return inputs > 0 ||
           nn__csv_fail(t, NULL, 0,
                        ".columns names those that are inputs; .without leaves out fewer",
                        "no column is left for x");
}

static bool set_categorical(nn__table *t)
{
    int most = (int)(sizeof t->o.categorical / sizeof *t->o.categorical);
    for (int i = 0; i < most && t->o.categorical[i] != NULL; i++) {
        nn__csv_column *c = find(t, t->o.categorical[i], ".categorical");
        if (c == NULL) {
            return false;
        }
        c->kind = NN__TEXT;
    }
    return true;
}

bool nn__csv_columns(nn__table *t)
{
    if (!set_target(t) || !MARK(more_targets, target) || !MARK(extra, extra) ||
        !MARK(without, out) || !set_categorical(t)) {
        return false;
    }
    if (t->o.like != NULL && t->o.like->columns > 0) {
        return as_like(t) && check_roles(t);
    }
    if (t->o.columns[0] == NULL) {
        rest_is_input(t);
    } else if (!MARK(columns, input)) {
        return false;
    }
    return check_roles(t);
}
