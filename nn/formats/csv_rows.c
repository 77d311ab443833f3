/* The rows of a CSV file: each field becomes a number, or that of a category. Knows nothing of what
 * columns are for.
 *
 * A column of numbers takes the short way, nn__scan_number, which looks at each byte once; whatever
 * that does not take is looked at as a text.
 */
#include "csv.h"

#include <math.h>
#include <string.h>

#include "nn/data/number.h"

static const char *const usual_missing[] = {"NA", "N/A", "NaN", "nan", "null", "NULL", "?", NULL};

static bool is_missing(const nn__table *t, const nn__field *f)
{
    bool own = t->o.missing[0] != NULL;
    const char *const *word = own ? t->o.missing : usual_missing;
    int most = own ? (int)(sizeof t->o.missing / sizeof *t->o.missing) : 7;
    for (int i = 0; i < most && word[i] != NULL; i++) {
        if (strlen(word[i]) == (size_t)f->n && memcmp(word[i], f->text, (size_t)f->n) == 0) {
            return true;
        }
    }
    return f->n == 0;
}

static bool refuse_missing(const nn__table *t, const nn__csv_column *c, int64_t line)
{
    return nn__csv_fail(t, c, line,
                        c->target ? ".when_missing = NN_MISSING_DROP leaves such rows out"
                                  : ".when_missing = NN_MISSING_DROP leaves such rows out, "
                                    "NN_MISSING_KEPT keeps NaN for nn_fill_missing",
                        "the value is missing");
}

/* *drop is set where the row is to be left out. */
static bool take_missing(const nn__table *t, nn__csv_column *c, int64_t line, bool *drop)
{
    c->first_missing = c->missing++ == 0 ? line : c->first_missing;
    *drop |= t->o.when_missing == NN_MISSING_DROP && !c->maybe_none;
    bool allowed = t->o.when_missing == NN_MISSING_DROP || c->maybe_none ||
                   (t->o.when_missing == NN_MISSING_KEPT && !c->target);
    return allowed || refuse_missing(t, c, line);
}

/* --- categories ------------------------------------------------------------------------------- */

/* Of categories that are numbers, "1.0" is found as "1". */
static int64_t find_equal(const nn__csv_column *c, const char *text, int64_t n)
{
    double wanted, value;
    if (!c->merge || nn__number_read(text, text + n, '.', &wanted) != text + n) {
        return -1;
    }
    for (int64_t i = 0; i < c->categories.n; i++) {
        const char *name = nn__categories_text(&c->categories, i);
        const char *end = name + c->categories.list[i].n;
        if (nn__number_read(name, end, '.', &value) == end && value == wanted) {
            return i;
        }
    }
    return -1;
}

static bool take_closed(const nn__table *t, nn__csv_column *c, const nn__field *f, int64_t line,
                        double *value)
{
    char text[NN__QUOTED];
    int64_t i = nn__categories_find(&c->categories, f->text, f->n);
    i = i < 0 ? find_equal(c, f->text, f->n) : i;
    if (i < 0 && !c->other) {
        return nn__csv_fail(t, c, line,
                            c->target ? "a network knows the classes it was trained with"
                                      : ".other_column, when the training file is read, gives such "
                                        "categories a column",
                            "%s is not among the %lld categories of .like",
                            nn__quoted(f->text, f->n, text), (long long)c->categories.n);
    }
    *value = (double)(i < 0 ? c->categories.n : i);
    return true;
}

static bool take_category(const nn__table *t, nn__csv_column *c, nn__field *f, int64_t line,
                          double *value)
{
    char text[NN__QUOTED];
    int64_t most = t->o.most_categories > 0 ? t->o.most_categories : 100;
    nn__field_unquote(f);
    if (c->closed) {
        return take_closed(t, c, f, line, value);
    }
    int64_t i = nn__categories_add(&c->categories, t->in->graph, f->text, f->n);
    if (i < 0) {
        return false;
    }
    if (c->categories.n > most) {
        return nn__csv_fail(t, c, line, ".without leaves it out; .most_categories allows more",
                            "%s is one category more than %lld", nn__quoted(f->text, f->n, text),
                            (long long)most);
    }
    *value = (double)i;
    return true;
}

/* --- fields ----------------------------------------------------------------------------------- */

static bool refuse_number(const nn__table *t, const nn__csv_column *c, const nn__field *f,
                          int64_t line)
{
    char text[NN__QUOTED];
    const char *why = nn__number_refused(f->text, f->n, t->scan.decimal);
    nn__quoted(f->text, f->n, text);
    if (why != NULL) {
        return nn__csv_fail(t, c, line, ".categorical takes the column as text", "%s: %s", text,
                            why);
    }
    return nn__csv_fail(
        t, c, line, ".missing lists what means missing; .categorical takes the column as text",
        "%s is no number, as its first value in line %lld is", text, (long long)c->line);
}

static bool refuse_text(const nn__table *t, const nn__csv_column *c, const nn__field *f,
                        int64_t line)
{
    char text[NN__QUOTED];
    return nn__csv_fail(t, c, line,
                        ".text = NN_TEXT_ONE_HOT or another code makes numbers of it; .without "
                        "leaves it out",
                        "text in a column of x: %s", nn__quoted(f->text, f->n, text));
}

/* The first value decides what a column is. */
static bool decide(const nn__table *t, nn__csv_column *c, const nn__field *f, int64_t line)
{
    double value;
    const char *end = f->text + f->n;
    bool number = nn__number_read(f->text, end, t->scan.decimal, &value) == end && isfinite(value);
    c->line = line;
    if (!number && nn__number_refused(f->text, f->n, t->scan.decimal) != NULL) {
        c->kind = NN__NUMBERS;
        return refuse_number(t, c, f, line);
    }
    c->kind = number ? NN__NUMBERS : NN__TEXT;
    return true;
}

static bool take_number(const nn__table *t, const nn__csv_column *c, const nn__field *f,
                        int64_t line, double *value)
{
    const char *end = f->text + f->n;
    bool good = nn__number_read(f->text, end, t->scan.decimal, value) == end && isfinite(*value);
    return good || refuse_number(t, c, f, line);
}

static bool take_field(const nn__table *t, nn__csv_column *c, nn__field *f, int64_t line,
                       double *value, bool *drop)
{
    if (is_missing(t, f)) {
        *value = NAN;
        return take_missing(t, c, line, drop);
    }
    if (c->kind == NN__UNKNOWN && !decide(t, c, f, line)) {
        return false;
    }
    if (c->kind == NN__NUMBERS) {
        return take_number(t, c, f, line, value);
    }
    bool coded = t->o.text != NN_TEXT_REFUSED || !c->input || c->closed;
    return coded ? take_category(t, c, f, line, value) : refuse_text(t, c, f, line);
}

/* A number that was read the short way. */
static bool settle_number(const nn__table *t, nn__csv_column *c, int64_t line, double *value,
                          bool *drop)
{
    if (!isfinite(*value)) {
        return nn__csv_fail(t, c, line, "numbers go up to 1.8e308",
                            "the number is larger than any double");
    }
    for (int i = 0; i < t->missing_numbers; i++) {
        if (*value == t->missing_number[i]) {
            *value = NAN;
            return take_missing(t, c, line, drop);
        }
    }
    return true;
}

/* Numbers among what means missing. */
static void find_missing_numbers(nn__table *t)
{
    int most = (int)(sizeof t->o.missing / sizeof *t->o.missing);
    for (int i = 0; i < most && t->o.missing[i] != NULL; i++) {
        const char *word = t->o.missing[i], *end = word + strlen(word);
        double value;
        if (nn__number_read(word, end, t->scan.decimal, &value) == end) {
            t->missing_number[t->missing_numbers++] = value;
        }
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool refuse_ragged(const nn__table *t, int64_t fields, int64_t line)
{
    return nn__csv_fail(t, NULL, line, "every row has as many fields as the first line",
                        "%lld field%s, where there are %lld columns", (long long)fields,
                        fields == 1 ? "" : "s", (long long)t->columns);
}

static int64_t count_rest(nn__table *t, int64_t fields, nn__after after)
{
    nn__field f;
    while (after == NN__SEPARATOR && nn__scan_field(&t->scan, &f)) {
        fields++;
        after = f.after;
    }
    return fields;
}

/* One field more than there are columns must be empty: a separator at the end of the line. */
static bool end_row(nn__table *t, nn__after after, int64_t line)
{
    nn__field f;
    if (after != NN__SEPARATOR) {
        return true;
    }
    if (!nn__scan_field(&t->scan, &f)) {
        return false;
    }
    return (f.n == 0 && f.after != NN__SEPARATOR) ||
           refuse_ragged(t, count_rest(t, t->columns + 1, f.after), line);
}

static bool read_row(nn__table *t, double *row, bool *drop)
{
    nn__after after = NN__SEPARATOR;
    int64_t first = t->scan.line;
    nn__field f;
    for (int64_t i = 0; i < t->columns; i++) {
        nn__csv_column *c = &t->column[i];
        int64_t line = t->scan.line;
        if (after != NN__SEPARATOR) {
            return refuse_ragged(t, i, first);
        }
        if (c->kind == NN__NUMBERS && c->slot >= 0 &&
            nn__scan_number(&t->scan, &row[c->slot], &after)) {
            if (!settle_number(t, c, line, &row[c->slot], drop)) {
                return false;
            }
            continue;
        }
        if (!nn__scan_field(&t->scan, &f)) {
            return false;
        }
        after = f.after;
        if (c->slot >= 0 && !take_field(t, c, &f, line, &row[c->slot], drop)) {
            return false;
        }
    }
    return end_row(t, after, first);
}

/* No more rows than lines, nor than there are fields for: each field has at least a byte behind it.
 */
static int64_t most_rows(const nn__table *t)
{
    int64_t lines = 1, bytes = t->scan.end - t->scan.p;
    for (const char *p = t->scan.p; p < t->scan.end; p++) {
        lines += (*p == '\n') + (*p == '\r');
    }
    int64_t fit = bytes / t->columns + 1;
    return lines < fit ? lines : fit;
}

/* What was taken for the separators at the ends of lines is a column after all: its missing values
 * count as those of others do.
 */
static bool settle_last(nn__table *t, nn__csv_column *c)
{
    int64_t kept = 0;
    if (c->missing == t->read) {
        c->input = false;
        return true;
    }
    if (c->missing > 0 && t->o.when_missing == NN_MISSING_REFUSED) {
        return refuse_missing(t, c, c->first_missing);
    }
    for (int64_t r = 0; r < t->rows && t->o.when_missing == NN_MISSING_DROP; r++) {
        const double *row = t->value + r * t->slots;
        if (!isnan(row[c->slot])) {
            memmove(t->value + kept * t->slots, row, (size_t)t->slots * sizeof *row);
            t->number[kept++] = t->number[r];
        }
    }
    t->rows = t->o.when_missing == NN_MISSING_DROP ? kept : t->rows;
    return true;
}

static bool check_end(nn__table *t)
{
    if (t->sklearn && t->read != t->sklearn_rows) {
        return nn__csv_fail(t, NULL, 1, "scikit-learn's first line says how many rows follow",
                            "it says %lld rows, there are %lld", (long long)t->sklearn_rows,
                            (long long)t->read);
    }
    nn__csv_column *last = &t->column[t->columns - 1];
    if (last->maybe_none && t->rows > 0 && !settle_last(t, last)) {
        return false;
    }
    return t->rows > 0 ||
           nn__csv_fail(t, NULL, 0, NULL, t->read > 0 ? "every row has missing values" : "no rows");
}

bool nn__csv_rows(nn__table *t)
{
    int64_t most = most_rows(t), cells = nn__times(most, t->slots);
    t->value = nn__scratch_grow(&t->value_memory, t->in->graph, cells, sizeof *t->value);
    t->number = t->value != NULL
                    ? nn__scratch_grow(&t->number_memory, t->in->graph, most, sizeof *t->number)
                    : NULL;
    if (t->number == NULL) {
        return false;
    }
    find_missing_numbers(t);
    while (nn__scan_skip_blank(&t->scan)) {
        bool drop = false;
        if (!read_row(t, t->value + t->rows * t->slots, &drop)) {
            return false;
        }
        t->number[t->rows] = t->read++;
        t->rows += !drop;
    }
    return check_end(t);
}
