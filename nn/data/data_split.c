/* Splits and folds: which rows belong to which part. Must not know what the rows hold, but for
 * their classes.
 *
 * Rows are laid out class by class (all in one class unless stratified), at random within each. A
 * split cuts each class at its shares; what these leave of a row goes to the part that has had
 * least of its due so far, so that a part is within one row of its share in each class and in all.
 * Folds are dealt out along that order, one row to each in turn.
 */
#include "data.h"
#include "scratch.h"
#include "stream.h"

#include <math.h>
#include <string.h>

enum { MOST_PARTS = 3 };

/* Rows by class: those of class c are order[start[c]] to order[start[c + 1] - 1]. */
typedef struct layout {
    const nn_data *data;
    const char *what; /* the call, for messages */
    nn_split_options options;
    int64_t classes, *order, *start;
    uint8_t *part; /* of each row */
    nn__scratch order_memory, start_memory, part_memory;
} layout;

static void layout_free(layout *l)
{
    nn__scratch_free(&l->order_memory);
    nn__scratch_free(&l->start_memory);
    nn__scratch_free(&l->part_memory);
}

static bool refuse_single(const layout *l, int64_t c)
{
    const char *name = nn_class_name(l->data, c);
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)c);
    ag_fail(l->data->graph, AG_ERR_VALUE,
            "leave the row out, join the class to another, or do without .stratify",
            "%s: class \"%.60s\" has one row, which cannot be in two parts", l->what,
            name != NULL ? name : number);
    return false;
}

static int64_t class_of(const layout *l, int64_t row)
{
    return l->options.stratify ? nn_label(l->data, row) : 0;
}

/* A counting sort, stable. */
static bool layout_sort(layout *l)
{
    for (int64_t i = 0; i < l->data->rows; i++) {
        l->start[class_of(l, i) + 1]++;
    }
    for (int64_t c = 0; c < l->classes; c++) {
        if (l->options.stratify && l->start[c + 1] == 1) {
            return refuse_single(l, c);
        }
        l->start[c + 1] += l->start[c];
    }
    for (int64_t i = 0; i < l->data->rows; i++) {
        l->order[l->start[class_of(l, i)]++] = i;
    }
    for (int64_t c = l->classes; c > 0; c--) {
        l->start[c] = l->start[c - 1];
    }
    l->start[0] = 0;
    return true;
}

/* False and an error kept; to be freed in any case. */
static bool layout_open(layout *l, const char *what, const nn_data *d, const nn_split_options *o)
{
    *l = (layout){.data = d, .what = what, .classes = 1};
    l->options = o != NULL ? *o : (nn_split_options){false, false, 0};
    if (l->options.stratify && (nn_classes(d) == 0 || d->y.size != 1)) {
        ag_fail(d->graph, AG_ERR_DTYPE, "nn_csv.classes says that a target names classes",
                "%s: stratified, but the targets are no classes", what);
        return false;
    }
    l->classes = l->options.stratify ? nn_classes(d) : 1;
    l->order = nn__scratch_get(&l->order_memory, d->graph, d->rows, sizeof *l->order);
    l->start = nn__scratch_get(&l->start_memory, d->graph, l->classes + 1, sizeof *l->start);
    l->part = nn__scratch_get(&l->part_memory, d->graph, d->rows, 1);
    if (l->order == NULL || l->start == NULL || l->part == NULL || !layout_sort(l)) {
        return false;
    }
    for (int64_t c = 0; c < l->classes && !l->options.in_order; c++) {
        nn__stream s = nn__stream_of(NN__FOR_SPLIT, l->options.seed, (uint64_t)c, 0);
        nn__shuffle(&s, l->order + l->start[c], l->start[c + 1] - l->start[c]);
    }
    return true;
}

/* The rows of a part, in their order. */
static nn_data *part_of(const layout *l, int part)
{
    const nn_data *d = l->data;
    int64_t n = 0, at = 0;
    for (int64_t i = 0; i < d->rows; i++) {
        n += l->part[i] == part;
    }
    if (n == 0) {
        static const char *const name[MOST_PARTS] = {"training", "test", "validation"};
        ag_fail(d->graph, AG_ERR_VALUE, "a part has at least one row", "%s: no %s row of %lld",
                l->what, name[part], (long long)d->rows);
        return NULL;
    }
    int64_t *list = nn__memory(d->graph, n, sizeof *list);
    nn_data *view = list != NULL ? nn__copy(d->graph, d) : NULL;
    for (int64_t i = 0; view != NULL && i < d->rows; i++) {
        if (l->part[i] == part) {
            list[at++] = nn__stored(d, i);
        }
    }
    if (view != NULL) {
        view->rows = n;
        view->row = list;
    }
    return view;
}

static nn_halves halves_of(layout *l, bool good)
{
    nn_halves h = {NULL, NULL};
    h.train = good ? part_of(l, 0) : NULL;
    h.test = h.train != NULL ? part_of(l, 1) : NULL;
    h.train = h.test != NULL ? h.train : NULL;
    layout_free(l);
    return h;
}

/* --- shares ----------------------------------------------------------------------------------- */

/* How many of n rows each part gets; `due` is what parts have had too little so far. */
static void apportion(int64_t n, const double *share, int parts, double *due, int64_t *size)
{
    int64_t left = n;
    bool given[MOST_PARTS] = {false, false, false};
    for (int p = 0; p < parts; p++) {
        size[p] = (int64_t)floor((double)n * share[p] + 1e-9);
        due[p] += (double)n * share[p] - (double)size[p];
        left -= size[p];
    }
    for (; left > 0; left--) {
        int most = -1;
        for (int p = 0; p < parts; p++) {
            if (!given[p] && (most < 0 || due[p] >= due[most] - 1e-9)) {
                most = p;
            }
        }
        given[most] = true;
        size[most]++;
        due[most] -= 1;
    }
}

/* Parts in the order of `share`, which is that of the rows; part_number says what each is called.
 */
static void cut(layout *l, const double *share, const int *part_number, int parts)
{
    double due[MOST_PARTS] = {0, 0, 0};
    for (int64_t c = 0; c < l->classes; c++) {
        int64_t size[MOST_PARTS], at = l->start[c];
        apportion(l->start[c + 1] - l->start[c], share, parts, due, size);
        for (int p = 0; p < parts; p++) {
            for (int64_t i = 0; i < size[p]; i++) {
                l->part[l->order[at++]] = (uint8_t)part_number[p];
            }
        }
    }
}

static bool good_share(const nn_data *d, const char *what, double share)
{
    if (share > 0 && share < 1) {
        return true;
    }
    ag_fail(d->graph, AG_ERR_VALUE, "a share of the rows is above 0 and below 1: 0.2",
            "%s: a share of %g", what, share);
    return false;
}

nn_halves(nn_split)(const nn_data *d, double share, const nn_split_options *o)
{
    layout l;
    if (d == NULL || !good_share(d, "split", share)) {
        return (nn_halves){NULL, NULL};
    }
    bool good = layout_open(&l, "split", d, o);
    if (good) {
        cut(&l, (const double[]){1 - share, share}, (const int[]){0, 1}, 2);
    }
    return halves_of(&l, good);
}

nn_thirds(nn_split3)(const nn_data *d, double validation, double test, const nn_split_options *o)
{
    layout l;
    const nn_thirds none = {NULL, NULL, NULL};
    nn_thirds t = none;
    if (d == NULL || !good_share(d, "split3", validation) || !good_share(d, "split3", test) ||
        !good_share(d, "split3", validation + test)) {
        return none;
    }
    if (layout_open(&l, "split3", d, o)) {
        cut(&l, (const double[]){1 - validation - test, validation, test}, (const int[]){0, 2, 1},
            3);
        t.train = part_of(&l, 0);
        t.validation = t.train != NULL ? part_of(&l, 2) : NULL;
        t.test = t.validation != NULL ? part_of(&l, 1) : NULL;
    }
    layout_free(&l);
    return t.test != NULL ? t : none;
}

/* --- folds and given rows --------------------------------------------------------------------- */

nn_halves(nn_fold)(const nn_data *d, int64_t fold, int64_t of, const nn_split_options *o)
{
    layout l;
    if (d == NULL) {
        return (nn_halves){NULL, NULL};
    }
    if (of < 2 || of > d->rows || fold < 0 || fold >= of) {
        ag_fail(d->graph, AG_ERR_VALUE,
                "folds are counted from 0; there are at least 2 and at most as many as rows",
                "fold: fold %lld of %lld, of %lld rows", (long long)fold, (long long)of,
                (long long)d->rows);
        return (nn_halves){NULL, NULL};
    }
    bool good = layout_open(&l, "fold", d, o);
    bool blocks = good && l.options.in_order && !l.options.stratify; /* neighbors stay together */
    int64_t longer = d->rows % of, size = d->rows / of;
    for (int64_t i = 0; good && i < d->rows; i++) {
        int64_t first = i / (size + 1), later = longer + (i - longer * (size + 1)) / size;
        int64_t f = blocks ? (first < longer ? first : later) : i % of;
        l.part[l.order[i]] = f == fold;
    }
    return halves_of(&l, good);
}

nn_halves(nn_leave_one_out)(const nn_data *d, int64_t row)
{
    return (nn_fold)(d, row, nn_rows(d), &(nn_split_options){.in_order = true});
}

nn_halves(nn_split_rows)(const nn_data *d, const int64_t *test, int64_t n)
{
    layout l;
    if (d == NULL) {
        return (nn_halves){NULL, NULL};
    }
    bool good = layout_open(&l, "split_rows", d, &(nn_split_options){.in_order = true});
    if (good && (n < 0 || (test == NULL && n > 0))) {
        ag_fail(d->graph, AG_ERR_VALUE, "the test rows and how many there are, from 0",
                "split_rows: no list of rows");
        good = false;
    }
    for (int64_t i = 0; good && i < n; i++) {
        bool is_row = test[i] >= 0 && test[i] < d->rows;
        if (!is_row || l.part[test[i]] != 0) {
            ag_fail(d->graph, AG_ERR_VALUE, "rows are counted from 0, and each is named once",
                    "split_rows: row %lld %s", (long long)test[i],
                    is_row ? "twice" : "is not there");
            good = false;
        } else {
            l.part[test[i]] = 1;
        }
    }
    return halves_of(&l, good);
}

nn_halves(nn_split_marked)(const nn_data *d, const char *name)
{
    layout l;
    if (d == NULL) {
        return (nn_halves){NULL, NULL};
    }
    bool good = layout_open(&l, "split_marked", d, &(nn_split_options){.in_order = true});
    if (good && nn_extra_classes(d, name) < 0) {
        ag_fail(d->graph, AG_ERR_VALUE, "nn_csv.extra = {\"test\"} reads such a column",
                "split_marked: there is no extra column \"%.60s\"", name != NULL ? name : "");
        good = false;
    }
    for (int64_t i = 0; good && i < d->rows; i++) {
        l.part[i] = nn_extra(d, name, i) != 0;
    }
    return halves_of(&l, good);
}
