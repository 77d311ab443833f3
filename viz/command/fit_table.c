/* The table of autograd fit: which columns are read and how, and which rows are for what. Must not
 * know what is learned from them.
 */
#include <stdlib.h>
#include <string.h>

#include "fit_table.h"

#define MOST_WITHOUT 63
#define LISTED 12

/* "id,date": cut in place. False for too many. */
static bool cut_names(char *text, const char *name[MOST_WITHOUT + 1])
{
    int n = 0;
    for (char *at = text; at != NULL && n < MOST_WITHOUT; n++) {
        name[n] = at;
        at = strchr(at, ',');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    return n < MOST_WITHOUT;
}

static bool read_csv(viz__fitting *f, const viz__request *r, const char *marks)
{
    nn_csv o = {.target = r->target,
                .classes = r->classes,
                .text = NN_TEXT_ONE_HOT,
                .extra = {marks},
                .decimal = r->decimal_comma ? ',' : 0,
                .when_missing =
                    (nn_missing)viz__word_of(r->missing, viz__option_named("missing", 7)->what)};
    char *names = NULL;
    if (r->separator != NULL) {
        o.separator = strcmp(r->separator, "tab") == 0 ? '\t' : r->separator[0];
    } else if (r->decimal_comma) {
        o.separator = ';';
    }
    if (r->without != NULL) {
        names = malloc(strlen(r->without) + 1);
        if (names == NULL || !cut_names(strcpy(names, r->without), o.without)) {
            free(names);
            ag_fail(f->graph, AG_ERR_VALUE, NULL, "--without: too many columns");
            return false;
        }
    }
    f->all = nn_read_csv(f->graph, r->program, &o);
    free(names);
    return f->all != NULL;
}

/* A share of the rows; a number that is none is an error, and any other text the column that marks
 * the rows of the test. */
static const char *column_of(const viz__request *r, double *share)
{
    char *end;
    *share = 0.2;
    if (r->test == NULL) {
        return NULL;
    }
    double number = strtod(r->test, &end);
    bool is_number = end != r->test && *end == '\0';
    *share = is_number ? number : *share;
    return is_number ? NULL : r->test;
}

/* Rows that are marked are the test's, and the others are split as they would be without these. */
static void split_marked(viz__fitting *f, const char *marks, double validation,
                         const nn_split_options *o)
{
    nn_halves half = nn_split_marked(f->all, marks);
    nn_halves rest = half.train != NULL ? nn_split(half.train, validation, o) : half;
    if (half.train != NULL && rest.train != NULL) {
        f->part = (nn_thirds){rest.train, rest.test, half.test};
    }
}

/* Missing inputs get the means of the rows that train. */
static bool fill(viz__fitting *f)
{
    const nn_data *train = f->part.train;
    f->part.validation = nn_fill_missing(f->part.validation, train);
    f->part.test = nn_fill_missing(f->part.test, train);
    f->part.train = nn_fill_missing(train, train);
    return f->part.train != NULL && f->part.validation != NULL && f->part.test != NULL;
}

bool viz__read_table(viz__fitting *f, const viz__request *r)
{
    double test, validation = r->validation > 0 ? r->validation : 0.2;
    const char *marks = column_of(r, &test);
    if (!read_csv(f, r, marks)) {
        return false;
    }
    f->classes = nn_classes(f->all) > 0;
    const nn_split_options o = {.stratify = f->classes, .seed = (uint64_t)r->seed + 1};
    if (marks != NULL) {
        split_marked(f, marks, validation, &o);
    } else {
        f->part = nn_split3(f->all, validation, test, &o);
    }
    bool filled = r->missing != NULL && strcmp(r->missing, "mean") == 0;
    return f->part.train != NULL && (!filled || fill(f));
}

void viz__print_table(const viz__fitting *f, const viz__request *r)
{
    int64_t n = nn_sample_size(f->all);
    printf("%s from %lld input%s:", r->target, (long long)n, n == 1 ? "" : "s");
    for (int64_t i = 0; i < n && i < LISTED; i++) {
        printf("%s %s", i > 0 ? "," : "", nn_column_name(f->all, i));
    }
    puts(n > LISTED ? ", ..." : "");
    printf("rows: %lld to train, %lld for validation, %lld for the test\n",
           (long long)nn_rows(f->part.train), (long long)nn_rows(f->part.validation),
           (long long)nn_rows(f->part.test));
    if (nn_column_of(f->all, "test") >= 0) {
        puts("The column test is an input; with --test test it marks the rows of the test.");
    }
}
