/* Do targets fit predictions? Must not know any loss. */
#include "targets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

nn__elements nn__elements_of(const ag_tensor *t)
{
    return (nn__elements){t, ag_data(t), ag_dtype_of(t), ag_size(t)};
}

double nn__strided_element(const ag_tensor *t, int64_t i)
{
    ag_shape s = ag_shape_of(t);
    for (int d = s.ndim - 1; d >= 0; d--) {
        int64_t size = s.dim[d];
        s.dim[d] = i % size;
        i /= size;
    }
    return ag_item_at(t, s);
}

/* The graph that keeps errors about y and t, and whether both are there. */
static ag_status both_there(const char *what, const ag_tensor *y, const ag_tensor *t)
{
    if (y != NULL && t != NULL) {
        return AG_OK;
    }
    return ag_fail(ag_graph_of(y != NULL ? y : t), AG_ERR_NULL_ARGUMENT, NULL, "%s: %s is NULL",
                   what, y == NULL ? "the prediction" : "the target");
}

/* --- one shape -------------------------------------------------------------------------------- */

static const char *shape_hint(ag_shape y, const ag_tensor *target)
{
    ag_shape t = ag_shape_of(target);
    if (y.ndim == 2 && y.dim[1] == 1 && t.ndim == 1) {
        return "nn_reshape(g, AG_SCALAR) at the end of the network makes its [n,1] an [n]";
    }
    if (y.ndim == 1 && t.ndim == 2 && t.dim[1] == 1) {
        return "nn_reshape(g, AG_SHAPE(1)) at the end of the network makes its [n] an [n,1]";
    }
    if (ag_dtype_of(target) == AG_I64 && y.ndim == t.ndim + 1) {
        return "the targets are classes: nn_cross_entropy takes a score for each";
    }
    return "losses and metrics do not broadcast: give the target the shape of the prediction";
}

ag_status nn_same_shapes(const char *what, const ag_tensor *y, const ag_tensor *t)
{
    ag_status status = both_there(what, y, t);
    if (status != AG_OK) {
        return status;
    }
    ag_shape ys = ag_shape_of(y), ts = ag_shape_of(t);
    char y_text[AG_SHAPE_TEXT], t_text[AG_SHAPE_TEXT];
    if (!ag_shape_equal(ys, ts)) {
        return ag_fail(ag_graph_of(y), AG_ERR_SHAPE, shape_hint(ys, t),
                       "%s: the prediction is %s, the target %s", what, ag_shape_text(ys, y_text),
                       ag_shape_text(ts, t_text));
    }
    if (ys.ndim == 0) {
        return ag_fail(ag_graph_of(y), AG_ERR_SHAPE, "the first axis counts the samples",
                       "%s: 0-d operands have no rows", what);
    }
    return AG_OK;
}

/* Where element i of t stands: "row 3", or "row 3, place 7" where a row has several. */
typedef struct place_text {
    char text[64];
} place_text;

static place_text place_of(const ag_tensor *t, int64_t i)
{
    ag_shape s = ag_shape_of(t);
    int64_t each = s.ndim > 0 && s.dim[0] > 0 ? ag_size(t) / s.dim[0] : 1;
    place_text p;
    snprintf(p.text, sizeof p.text, each > 1 ? "row %lld, place %lld" : "row %lld",
             (long long)(i / each), (long long)(i % each));
    return p;
}

bool nn__targets_are_shares(const char *what, const ag_tensor *y, const ag_tensor *t)
{
    if (nn_same_shapes(what, y, t) != AG_OK) {
        return false;
    }
    nn__elements e = nn__elements_of(t);
    for (int64_t i = 0; i < e.n; i++) {
        double value = nn__element_at(&e, i);
        if (!(value >= 0 && value <= 1)) {
            ag_fail(ag_graph_of(t), AG_ERR_VALUE,
                    "targets are 0, 1 or a probability; classes 1 and 2 or -1 and 1 become such "
                    "by t - 1 or (t + 1)/2",
                    "%s: the target of %s is %g", what, place_of(t, i).text, value);
            return false;
        }
    }
    return true;
}

/* --- labels ----------------------------------------------------------------------------------- */

/* Sizes of one-hot targets or shares: they are the scores' own, so labels are not what these
 * are. */
static ag_status not_labels(const char *what, const ag_tensor *y, const ag_tensor *t, ag_shape want)
{
    ag_shape ts = ag_shape_of(t);
    char y_text[AG_SHAPE_TEXT], t_text[AG_SHAPE_TEXT], want_text[AG_SHAPE_TEXT], row[80] = "";
    bool hot = ag_shape_equal(ts, ag_shape_of(y));
    nn__elements e = nn__elements_of(t);
    int64_t each = ts.ndim > 1 && ts.dim[0] > 0 ? ag_size(t) / ts.dim[0] : 0;
    for (int64_t j = 0; hot && j < each && j < 4; j++) {
        size_t used = strlen(row);
        ag_format_text(row + used, sizeof row - used, "%s%g", j == 0 ? "; row 0 is " : " ",
                       nn__element_at(&e, j));
    }
    const char *hint = "the class axis is 1, or the last one by option (classes_last)";
    if (hot) {
        hint = "one-hot targets or probabilities are for nn_cross_entropy_of_shares, labels are "
               "one i64 number";
    } else if (ts.ndim == want.ndim + 1 && ts.dim[ts.ndim - 1] == 1) {
        hint = "the data have numbers for targets: nn_csv.classes, or nn_arrays.y_classes, makes "
               "classes of them";
    }
    return ag_fail(ag_graph_of(y), AG_ERR_SHAPE, hint,
                   "%s: targets %s for scores %s are no labels %s%s%s", what,
                   ag_shape_text(ts, t_text), ag_shape_text(ag_shape_of(y), y_text),
                   ag_shape_text(want, want_text), row, hot && each > 4 ? " ..." : "");
}

static ag_status bad_label(const char *what, const ag_tensor *t, int64_t i, int64_t classes)
{
    bool zero = false;
    int64_t above = 0;
    nn__elements e = nn__elements_of(t);
    for (int64_t k = 0; k < e.n; k++) {
        double label = nn__element_at(&e, k);
        zero = zero || label <= 0;
        above = label > (double)classes ? above + 1 : above;
    }
    const char *hint = !zero && above == 0
                           ? "these count from 1 to the number of classes: subtract 1"
                           : "labels count from 0; the network needs a score for every class";
    return ag_fail(ag_graph_of(t), AG_ERR_VALUE, hint,
                   "%s: the label of %s is %g, which is not one of the %lld classes 0 to %lld",
                   what, place_of(t, i).text, nn__element_at(&e, i), (long long)classes,
                   (long long)classes - 1);
}

static ag_status classes_fit(const char *what, const ag_tensor *t, int64_t classes)
{
    nn__elements e = nn__elements_of(t);
    for (int64_t i = 0; i < e.n; i++) {
        double label = nn__element_at(&e, i);
        if (!(label >= 0 && label < (double)classes)) {
            return bad_label(what, t, i, classes);
        }
    }
    return AG_OK;
}

ag_status nn_labels_fit(const char *what, const ag_tensor *y, const ag_tensor *t, bool classes_last)
{
    ag_status status = both_there(what, y, t);
    if (status != AG_OK) {
        return status;
    }
    ag_shape ys = ag_shape_of(y), want = ys;
    int axis = classes_last ? ys.ndim - 1 : 1;
    char text[AG_SHAPE_TEXT];
    if (ys.ndim < 2) {
        return ag_fail(ag_graph_of(y), AG_ERR_SHAPE, "nn_bce is for one score a sample",
                       "%s: scores %s have no axis of classes", what, ag_shape_text(ys, text));
    }
    want.ndim = ys.ndim - 1;
    for (int d = axis; d < want.ndim; d++) {
        want.dim[d] = ys.dim[d + 1];
    }
    if (!ag_shape_equal(want, ag_shape_of(t))) {
        return not_labels(what, y, t, want);
    }
    if (ag_dtype_of(t) != AG_I64) {
        return ag_fail(ag_graph_of(y), AG_ERR_DTYPE,
                       "give the data set its classes (nn_csv.classes, nn_arrays.y_classes) or "
                       "ag_cast the labels",
                       "%s: labels are i64, these are %s", what, ag_dtype_text(ag_dtype_of(t)));
    }
    return classes_fit(what, t, ys.dim[axis]);
}

/* --- what the losses share -------------------------------------------------------------------- */

ag_tensor *nn__targets_like(ag_tensor *t, const ag_tensor *y)
{
    return ag_dtype_of(t) == AG_I64 ? ag_cast(t, ag_dtype_of(y)) : t;
}

ag_tensor *nn__mean_of_sample(ag_tensor *l)
{
    ag_axes rest = {ag_shape_of(l).ndim - 1, {1, 2, 3, 4, 5, 6, 7}};
    return rest.n > 0 ? ag_mean_over(l, rest, false) : l;
}
