/* The first line of a CSV file: how many columns there are, and their names. Knows nothing of what
 * they are asked for as.
 */
#include "csv.h"

#include <string.h>

#include "nn/data/number.h"

enum { MOST_COLUMNS = 1 << 17 };

/* --- the first line --------------------------------------------------------------------------- */

typedef struct first_line {
    nn__field *field;
    int64_t n, numbers; /* how many are numbers */
    nn__scratch memory;
} first_line;

static bool is_number(const nn__table *t, const nn__field *f, double *value)
{
    return f->n > 0 &&
           nn__number_read(f->text, f->text + f->n, t->scan.decimal, value) == f->text + f->n;
}

static bool read_first(nn__table *t, first_line *l)
{
    double value;
    nn__field f;
    do {
        if (l->n == MOST_COLUMNS) {
            return nn__csv_fail(t, NULL, 1, "is it a table?", "more than %d columns", MOST_COLUMNS);
        }
        if (!nn__scan_field(&t->scan, &f)) {
            return false;
        }
        l->field = nn__scratch_grow(&l->memory, t->in->graph, l->n + 1, sizeof f);
        if (l->field == NULL) {
            return false;
        }
        l->numbers += is_number(t, &f, &value);
        l->field[l->n++] = f;
    } while (f.after == NN__SEPARATOR);
    return true;
}

/* One column, and other separators in it: the separator is another. */
static bool check_separator(const nn__table *t, const first_line *l)
{
    const char *others = ";\t|,";
    for (const char *c = others; l->n == 1 && *c != '\0'; c++) {
        int64_t n = 0;
        for (int64_t i = 0; i < l->field[0].n && !l->field[0].quoted; i++) {
            n += l->field[0].text[i] == *c;
        }
        if (n > 0 && *c != t->scan.separator && *c != t->scan.decimal) {
            char hint[40];
            snprintf(hint, sizeof hint,
                     *c == '\t' ? "try .separator = '\\t'" : "try .separator = '%c'", *c);
            return nn__csv_fail(t, NULL, t->scan.line - (l->field[0].after == NN__LINE_END), hint,
                                "there is no separator '%c', but %lld of '%s'", t->scan.separator,
                                (long long)n, *c == '\t' ? "\\t" : (char[]){*c, '\0'});
        }
    }
    return true;
}

/* "150,4,setosa,versicolor,virginica": rows, columns of x, names of classes. */
static bool is_sklearn(const nn__table *t, const first_line *l)
{
    double rows, inputs, other;
    bool is = t->o.header == NN_HEADER_AUTO && l->n >= 4 && is_number(t, &l->field[0], &rows) &&
              is_number(t, &l->field[1], &inputs);
    is = is && rows >= 1 && rows < 1e15 && rows == (double)(int64_t)rows;
    is = is && inputs >= 1 && inputs < MOST_COLUMNS && inputs == (double)(int64_t)inputs;
    for (int64_t i = 2; is && i < l->n; i++) {
        is = l->field[i].n > 0 && !is_number(t, &l->field[i], &other);
    }
    return is;
}

/* --- names ------------------------------------------------------------------------------------ */

/* Names lie one behind the other in name_memory, which has room for all. */
static const char *put_name(nn__table *t, int64_t *used, const char *text, int64_t n)
{
    char *to = (char *)t->name_memory.memory + *used;
    memcpy(to, text, (size_t)n);
    to[n] = '\0';
    *used += n + 1;
    return to;
}

static void name_column(nn__table *t, int64_t *used, int64_t i, nn__field *f)
{
    char number[24];
    nn__csv_column *c = &t->column[i];
    if (f != NULL) {
        nn__field_unquote(f);
    }
    c->named = f != NULL && f->n > 0;
    snprintf(number, sizeof number, "%lld", (long long)(i + 1));
    c->name = c->named ? put_name(t, used, f->text, f->n)
                       : put_name(t, used, number, (int64_t)strlen(number));
    c->maybe_none = !c->named && i > 0 && i + 1 == t->columns;
    c->out = f != NULL && !c->named && i == 0 && t->columns > 1; /* the names of rows */
    c->slot = -1;
}

static bool make_columns(nn__table *t, first_line *l, bool header)
{
    int64_t bytes = 0, used = 0;
    for (int64_t i = 0; header && i < l->n; i++) {
        bytes += l->field[i].n;
    }
    t->column = nn__scratch_get(&t->column_memory, t->in->graph, t->columns, sizeof *t->column);
    if (t->column == NULL ||
        nn__scratch_get(&t->name_memory, t->in->graph, bytes + 24 * t->columns, 1) == NULL) {
        return false;
    }
    for (int64_t i = 0; i < t->columns; i++) {
        name_column(t, &used, i, header ? &l->field[i] : NULL);
    }
    return true;
}

/* The last column is the target, whose classes have names. */
static bool make_sklearn(nn__table *t, first_line *l)
{
    double rows, inputs;
    (void)is_number(t, &l->field[0], &rows);
    (void)is_number(t, &l->field[1], &inputs);
    t->sklearn = true;
    t->sklearn_rows = (int64_t)rows;
    t->columns = (int64_t)inputs + 1;
    if (!make_columns(t, l, false)) {
        return false;
    }
    nn__csv_column *last = &t->column[t->columns - 1];
    last->name = "target";
    last->named = true;
    last->maybe_none = false;
    const char **name = nn__memory(t->in->graph, l->n - 2, sizeof *name);
    for (int64_t i = 2; name != NULL && i < l->n; i++) {
        nn__field_unquote(&l->field[i]);
        name[i - 2] = nn__copy_text(t->in->graph, l->field[i].text, (size_t)l->field[i].n);
        name = name[i - 2] != NULL ? name : NULL;
    }
    t->class_names = (nn__name_list){name, l->n - 2};
    return name != NULL;
}

/* --- together --------------------------------------------------------------------------------- */

static bool check_text(nn__table *t)
{
    const unsigned char *b = t->in->bytes;
    int64_t n = t->in->n;
    const char *hint = NULL, *what = NULL;
    const void *zero = n > 0 ? memchr(b, 0, (size_t)n) : NULL;
    if (n >= 2 && ((b[0] == 0xFF && b[1] == 0xFE) || (b[0] == 0xFE && b[1] == 0xFF))) {
        what = "it is written in UTF-16";
        hint = "save it as \"CSV UTF-8\"";
    } else if (n >= 4 && memcmp(b, "PK\3\4", 4) == 0) {
        what = "it is a spreadsheet or a zip archive";
        hint = "save the table as CSV";
    } else if (zero != NULL) {
        what = "it is no text";
        hint = "a CSV file has no byte 0";
    }
    return what == NULL ||
           nn__csv_fail(t, NULL, 0, hint, "%s (byte %lld)", what,
                        (long long)(zero != NULL ? (const unsigned char *)zero - b : 0));
}

static bool open_scan(nn__table *t)
{
    char separator = t->o.separator != 0 ? t->o.separator : ',';
    char decimal = t->o.decimal != 0 ? t->o.decimal : '.';
    bool bad = separator == decimal || strchr("\"\r\n0123456789+-eE", separator) != NULL ||
               (decimal != '.' && decimal != ',');
    if (bad) {
        ag_fail(t->in->graph, AG_ERR_VALUE, "';' and ',' are usual together, as are ',' and '.'",
                "%s: separator '%c' with decimal point '%c'", t->in->what, separator, decimal);
        return false;
    }
    char *text = (char *)t->in->bytes;
    bool mark = t->in->n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
    t->scan = (nn__scan){t->in, text + (mark ? 3 : 0), text + t->in->n, separator, decimal, 1};
    return check_text(t) &&
           (nn__scan_skip_blank(&t->scan) ||
            nn__csv_fail(t, NULL, 0, "is it the right file?", "there is nothing in it"));
}

bool nn__csv_header(nn__table *t)
{
    first_line l = {NULL, 0, 0, {NULL, NULL, 0}};
    if (!open_scan(t)) {
        return false;
    }
    nn__scan begin = t->scan;
    bool good = read_first(t, &l) && check_separator(t, &l);
    if (good && is_sklearn(t, &l)) {
        good = make_sklearn(t, &l);
    } else if (good) {
        bool header =
            t->o.header == NN_HEADER_YES || (t->o.header == NN_HEADER_AUTO && l.numbers == 0);
        t->columns = l.n;
        good = make_columns(t, &l, header);
        t->scan = header ? t->scan : begin;
    }
    nn__scratch_free(&l.memory);
    return good;
}
