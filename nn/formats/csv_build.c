/* From the values of a CSV file to a data set: categories are put in order, columns of text become
 * numbers of x, the target becomes y. Knows nothing of the file.
 */
#include "csv.h"

#include <math.h>
#include <string.h>

/* --- categories in their order ---------------------------------------------------------------- */

/* What sorting one column's categories needs. */
typedef struct sorting {
    bool *in_use;
    int64_t *place, *first;
    nn__scratch in_use_memory, place_memory, first_memory;
} sorting;

static bool sorting_open(sorting *s, ag_graph *g, int64_t n)
{
    *s = (sorting){.in_use = NULL};
    s->in_use = nn__scratch_get(&s->in_use_memory, g, n, sizeof *s->in_use);
    s->place = nn__scratch_get(&s->place_memory, g, n, sizeof *s->place);
    s->first = nn__scratch_get(&s->first_memory, g, n, sizeof *s->first);
    return s->in_use != NULL && s->place != NULL && s->first != NULL;
}

static void sorting_close(sorting *s)
{
    nn__scratch_free(&s->in_use_memory);
    nn__scratch_free(&s->place_memory);
    nn__scratch_free(&s->first_memory);
}

/* The texts of n categories, first[i] or i, in memory of the graph. */
static bool keep_names(const nn__table *t, nn__csv_column *c, const int64_t *first, int64_t n)
{
    const char **name = nn__memory(t->in->graph, n, sizeof *name);
    for (int64_t i = 0; name != NULL && i < n; i++) {
        int64_t k = first != NULL ? first[i] : i;
        size_t bytes = (size_t)c->categories.list[k].n;
        name[i] = nn__copy_text(t->in->graph, nn__categories_text(&c->categories, k), bytes);
        name = name[i] != NULL ? name : NULL;
    }
    c->names = (nn__name_list){name, n};
    return name != NULL;
}

static bool sort_column(nn__table *t, nn__csv_column *c, sorting *s)
{
    double *v = t->value + c->slot;
    for (int64_t r = 0; r < t->rows; r++) {
        if (!isnan(v[r * t->slots])) {
            s->in_use[(int64_t)v[r * t->slots]] = true;
        }
    }
    int64_t n =
        nn__categories_sort(&c->categories, t->in->graph, s->in_use, c->merge, s->place, s->first);
    for (int64_t r = 0; n >= 0 && r < t->rows; r++) {
        if (!isnan(v[r * t->slots])) {
            v[r * t->slots] = (double)s->place[(int64_t)v[r * t->slots]];
        }
    }
    return n >= 0 && keep_names(t, c, s->first, n);
}

static bool sort_categories(nn__table *t)
{
    for (int64_t i = 0; i < t->columns; i++) {
        nn__csv_column *c = &t->column[i];
        sorting s;
        if (c->slot < 0 || c->kind != NN__TEXT) {
            continue;
        }
        if (c->closed) {
            if (!keep_names(t, c, NULL, c->categories.n)) {
                return false;
            }
            continue;
        }
        bool good = sorting_open(&s, t->in->graph, c->categories.n) && sort_column(t, c, &s);
        sorting_close(&s);
        if (!good) {
            return false;
        }
    }
    return true;
}

/* --- x ---------------------------------------------------------------------------------------- */

/* How many numbers a column of x becomes. */
static void set_width(const nn__table *t, nn__column *to, bool first_text)
{
    int64_t k = to->categories.n;
    bool full = t->o.text == NN_TEXT_ONE_HOT || (t->o.text == NN_TEXT_MODEL_MATRIX && first_text);
    to->code = k > 0 && t->o.text == NN_TEXT_NUMBERS;
    to->base = k > 0 && !full && !to->code ? 1 : 0;
    to->other = k > 0 && t->o.other_column;
    to->width = k == 0 || to->code ? 1 : k - to->base + to->other;
}

/* Of a name that nn__csv_columns has found. */
static int64_t column_named(const nn__table *t, const char *name)
{
    int64_t i = 0;
    while (strcmp(t->column[i].name, name) != 0) {
        i++;
    }
    return i;
}

/* The columns of `like`, copied: their categories, numbers and order. */
static bool lay_out_like(const nn__table *t, nn_data *d)
{
    const nn_data *like = t->o.like;
    nn__column *list = nn__memory(d->graph, like->columns, sizeof *list);
    for (int64_t i = 0; list != NULL && i < like->columns; i++) {
        list[i] = like->column[i];
        list[i].source = column_named(t, like->column[i].name);
        const nn__csv_column *from = &t->column[list[i].source];
        list[i].name = nn__copy_text(d->graph, from->name, strlen(from->name));
        list[i].categories = from->names;
        list = list[i].name != NULL ? list : NULL;
    }
    d->column = list;
    d->columns = like->columns;
    return list != NULL;
}

static bool lay_out(const nn__table *t, nn_data *d)
{
    bool first_text = true;
    nn__column *list = nn__memory(d->graph, t->columns, sizeof *list);
    for (int64_t i = 0; list != NULL && i < t->columns; i++) {
        const nn__csv_column *from = &t->column[i];
        if (!from->input) {
            continue;
        }
        nn__column *to = &list[d->columns++];
        to->source = i;
        to->name = nn__copy_text(d->graph, from->name, strlen(from->name));
        to->categories = from->kind == NN__TEXT ? from->names : (nn__name_list){NULL, 0};
        list = to->name != NULL ? list : NULL;
        if (list != NULL) {
            set_width(t, to, first_text);
            first_text &= to->categories.n == 0;
        }
    }
    d->column = list;
    return list != NULL;
}

/* "League=N", or the column's name alone for one number. */
static const char *number_name(ag_graph *g, const nn__column *c, int64_t j)
{
    if (c->categories.n == 0 || c->code) {
        return c->name;
    }
    bool other = c->other && j == c->width - 1;
    const char *category = other ? "(other)" : c->categories.name[j + c->base];
    size_t n = strlen(c->name), m = strlen(category);
    char *text = nn__memory(g, (int64_t)(n + m) + 2, 1);
    if (text != NULL) {
        memcpy(text, c->name, n);
        text[n] = '=';
        memcpy(text + n + 1, category, m);
    }
    return text;
}

static bool name_numbers(nn_data *d, int64_t size)
{
    const char **name = nn__memory(d->graph, size, sizeof *name);
    for (int64_t i = 0; name != NULL && i < d->columns; i++) {
        const nn__column *c = &d->column[i];
        for (int64_t j = 0; name != NULL && j < c->width; j++) {
            name[c->first + j] = number_name(d->graph, c, j);
            name = name[c->first + j] != NULL ? name : NULL;
        }
    }
    d->x_names = (nn__name_list){name, size};
    return name != NULL;
}

/* The numbers of a value: itself, or 1 at its category's place. */
static void code_value(const nn__column *c, double value, double *out)
{
    if (c->categories.n == 0 || c->code) {
        out[0] = value;
        return;
    }
    for (int64_t j = 0; j < c->width; j++) {
        out[j] = isnan(value) ? NAN : 0;
    }
    if (value >= c->base) {
        out[(int64_t)value - c->base] = 1;
    }
}

static bool build_x(const nn__table *t, nn_data *d)
{
    nn__column *list = (nn__column *)d->column;
    int64_t size = 0;
    for (int64_t i = 0; i < d->columns; i++) {
        list[i].first = size;
        size += list[i].width;
    }
    double *x = nn__memory(d->graph, nn__times(t->rows, size), sizeof *x);
    if (x == NULL || !name_numbers(d, size)) {
        return false;
    }
    for (int64_t r = 0; r < t->rows; r++) {
        for (int64_t i = 0; i < d->columns; i++) {
            const nn__column *c = &d->column[i];
            int64_t slot = t->column[c->source].slot;
            code_value(c, t->value[r * t->slots + slot], x + r * size + c->first);
        }
    }
    d->x = nn__block_of(x, NN_F64, AG_SHAPE(size), 0);
    return size > 0 || nn__csv_fail(t, NULL, 0, "every column of text has one category alone",
                                    "x has no numbers");
}

/* --- y and what stands beside ----------------------------------------------------------------- */

static bool build_classes(const nn__table *t, nn_data *d, const nn__csv_column *c)
{
    int64_t *y = nn__memory(d->graph, t->rows, sizeof *y);
    d->classes = t->sklearn ? t->class_names : c->names;
    for (int64_t r = 0; y != NULL && r < t->rows; r++) {
        double v = t->value[r * t->slots + c->slot];
        y[r] = v == floor(v) && fabs(v) < 1e15 ? (int64_t)v : -1;
    }
    d->y = nn__block_of(y, NN_I64, AG_SCALAR, d->classes.n);
    return y != NULL && nn__check_classes(d->graph, t->in->what, &d->y, t->rows);
}

static bool build_numbers(const nn__table *t, nn_data *d, int64_t targets)
{
    double *y = nn__memory(d->graph, nn__times(t->rows, targets), sizeof *y);
    int64_t j = 0;
    for (int64_t i = 0; y != NULL && i < t->columns; i++) {
        const nn__csv_column *c = &t->column[i];
        for (int64_t r = 0; c->target && r < t->rows; r++) {
            y[r * targets + j] = t->value[r * t->slots + c->slot];
        }
        j += c->target;
    }
    d->y = nn__block_of(y, NN_F64, AG_SHAPE(targets), 0);
    return y != NULL;
}

/* The names of the columns with a flag, and how many there are. */
static nn__name_list flagged(const nn__table *t, size_t flag)
{
    int64_t n = 0;
    const char **name = nn__memory(t->in->graph, t->columns, sizeof *name);
    for (int64_t i = 0; name != NULL && i < t->columns; i++) {
        if (*(const bool *)((const char *)&t->column[i] + flag)) {
            const char *from = t->column[i].name;
            name[n] = nn__copy_text(t->in->graph, from, strlen(from));
            name = name[n++] != NULL ? name : NULL;
        }
    }
    return (nn__name_list){name, name != NULL ? n : -1};
}

static bool build_y(const nn__table *t, nn_data *d)
{
    const nn__csv_column *classes = NULL;
    nn__name_list names = flagged(t, offsetof(nn__csv_column, target));
    for (int64_t i = 0; i < t->columns; i++) {
        const nn__csv_column *c = &t->column[i];
        classes = c->target && (c->kind == NN__TEXT || t->sklearn) ? c : classes;
    }
    if (classes != NULL && names.n > 1) {
        return nn__csv_fail(t, classes, 0, "classes are a target of their own",
                            "classes among several targets");
    }
    d->y_names = names;
    return names.n == 0 || (names.n > 0 && (classes != NULL ? build_classes(t, d, classes)
                                                            : build_numbers(t, d, names.n)));
}

static bool build_extra(const nn__table *t, nn_data *d)
{
    d->extra.names = flagged(t, offsetof(nn__csv_column, extra));
    int64_t n = d->extra.names.n, at = 0;
    if (n <= 0) {
        d->extra.names.n = 0;
        return n == 0;
    }
    double *value = nn__memory(d->graph, nn__times(t->rows, n), sizeof *value);
    nn__name_list *classes = value != NULL ? nn__memory(d->graph, n, sizeof *classes) : NULL;
    for (int64_t i = 0; classes != NULL && i < t->columns; i++) {
        const nn__csv_column *c = &t->column[i];
        for (int64_t r = 0; c->extra && r < t->rows; r++) {
            value[r * n + at] = t->value[r * t->slots + c->slot];
        }
        if (c->extra) {
            classes[at++] = c->kind == NN__TEXT ? c->names : (nn__name_list){NULL, 0};
        }
    }
    d->extra.value = value;
    d->extra.classes = classes;
    return classes != NULL;
}

nn_data *nn__csv_build(nn__table *t)
{
    nn_data made = {.graph = t->in->graph, .rows = t->rows, .stored = t->rows};
    bool like = t->o.like != NULL && t->o.like->columns > 0;
    if (!sort_categories(t) || !(like ? lay_out_like(t, &made) : lay_out(t, &made)) ||
        !build_x(t, &made) || !build_y(t, &made) || !build_extra(t, &made)) {
        return NULL;
    }
    if (t->read != t->rows) {
        int64_t *number = nn__memory(made.graph, t->rows, sizeof *number);
        if (number == NULL) {
            return NULL;
        }
        memcpy(number, t->number, (size_t)t->rows * sizeof *number);
        made.number = number;
    }
    return nn__copy(made.graph, &made);
}
