/* Each gradient beside finite differences: the program is recorded again with each input a little
 * larger and a little smaller. Must not know a format.
 *
 * Source: central differences, with the step that balances rounding and truncation, the cube root of
 * the unit of rounding (Press and others, Numerical Recipes, section 5.7).
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "viz/text/text.h"

#define MOST_ELEMENTS 1000

/* The program's value where one element of the i-th variable is moved; NaN on error. */
static double moved(viz__session *s, const viz__request *r, ag_tensor *const *x, int n, int i,
                    int64_t k, double by)
{
    char **given = calloc((size_t)n + 1, sizeof *given);
    bool good = given != NULL;
    for (int j = 0; good && j < n; j++) {
        double *value = viz__elements_of(x[j], false);
        good = value != NULL;
        if (good) {
            value[j == i ? k : 0] += j == i ? by : 0;
            given[j] = viz__binding_text(x[j], value);
            good = given[j] != NULL;
        }
        free(value);
    }
    ag_mark mark = ag_graph_mark(s->graph);
    ag_tensor *f = good ? viz__session_record(s, r, (const char *const *)given, n) : NULL;
    double result = f != NULL ? ag_item(f) : (double)NAN;
    if (ag_graph_rewind(s->graph, mark) != AG_OK) {
        result = (double)NAN;
    }
    for (int j = 0; given != NULL && j < n; j++) {
        free(given[j]);
    }
    free(given);
    return result;
}

/* What the function does about a point: slopes by central differences, and from either side. */
typedef struct slopes {
    double central, left, right;
    bool kink, jump;
    bool no_value;             /* none to take differences of */
    int left_pole, right_pole; /* pole() of either side */
} slopes;

static slopes slopes_with(double below, double at, double above, double h)
{
    return (slopes){
        .central = (above - below) / (2 * h), .left = (at - below) / h, .right = (above - at) / h};
}

/* The sign of a slope that grows as the step shrinks, that of x^a at 0 by 16^(1 - a); else 0. */
static int pole(double wide, double near)
{
    bool grows = isfinite(wide) && isfinite(near) && fabs(near) > 1.01 * fabs(wide) &&
                 (wide > 0) == (near > 0);
    return !grows ? 0 : near > 0 ? 1 : -1;
}

/* As the step becomes smaller, the slopes from both sides meet where the function is smooth, keep
 * their distance at a kink, and part at a jump. */
static slopes slopes_of(viz__session *s, const viz__request *r, ag_tensor *const *x, int n, int i,
                        int64_t k, double value)
{
    double h = cbrt(DBL_EPSILON) * fmax(1, fabs(value)), at = ag_item(s->root);
    slopes wide = slopes_with(moved(s, r, x, n, i, k, -h), at, moved(s, r, x, n, i, k, h), h);
    h /= 16;
    slopes near = slopes_with(moved(s, r, x, n, i, k, -h), at, moved(s, r, x, n, i, k, h), h);
    double first = fabs(wide.right - wide.left), then = fabs(near.right - near.left);
    double scale = fmax(1, fmax(fabs(wide.left), fabs(wide.right)));
    wide.jump = first > 1e-3 * scale && then > 4 * first;
    wide.kink = !wide.jump && first > 1e-3 * scale && then > 0.5 * first;
    wide.no_value = !isfinite(at);
    wide.left_pole = pole(wide.left, near.left);
    wide.right_pole = pole(wide.right, near.right);
    return wide;
}

/* At a kink every slope between those of both sides is one. An infinite gradient is a tangent that is
 * vertical, from one side at least. */
static bool agrees(const slopes *d, double gradient)
{
    double low = fmin(d->left, d->right), high = fmax(d->left, d->right);
    double room = 1e-5 * fmax(1, fabs(gradient));
    if (d->no_value || isnan(gradient)) {
        return false;
    }
    if (isinf(gradient)) {
        int sign = gradient > 0 ? 1 : -1;
        return d->left_pole == sign || d->right_pole == sign;
    }
    return !d->jump && (fabs(gradient - d->central) <= room ||
                        (d->kink && gradient >= low - room && gradient <= high + room));
}

/* Where a difference alone would leave a reader in doubt. */
static void print_reason(const slopes *d, double gradient, bool good)
{
    char left[VIZ__NUMBER], right[VIZ__NUMBER];
    viz__number_text(left, d->left, 4);
    viz__number_text(right, d->right, 4);
    if (d->no_value) {
        printf(": the value is not finite here, so that there are no differences");
    } else if (isinf(gradient)) {
        printf(good ? ": infinite, and the differences grow without bound as their step shrinks"
                    : ": infinite, and the differences are not");
    } else if (isnan(gradient)) {
        printf(": no number, and the slopes are %s from the left and %s from the right", left,
               right);
    } else if (d->jump) {
        printf(": a jump, where there is no slope");
    } else if (d->kink) {
        printf(": a kink, with the slope %s from the left and %s from the right", left, right);
    }
}

/* One line: the gradient, the difference, and whether they agree to half of the digits. */
static bool compare(const char *name, int64_t size, int64_t k, double gradient, const slopes *d)
{
    char a[VIZ__NUMBER], b[VIZ__NUMBER], index[32] = "";
    bool good = agrees(d, gradient);
    if (size > 1) {
        snprintf(index, sizeof index, "[%lld]", (long long)k);
    }
    viz__number_text(a, gradient, 9);
    viz__number_text(b, d->central, 9);
    printf("d/d%s%-6s %16s %16s  %s", name, index, a, b,
           good          ? "agrees"
           : d->no_value ? "no check"
                         : "DIFFERS");
    print_reason(d, gradient, good);
    putchar('\n');
    return good;
}

static bool check_variable(viz__session *s, const viz__request *r, ag_tensor *const *x, int n,
                           int i)
{
    double *value = viz__elements_of(x[i], false), *gradient = viz__elements_of(x[i], true);
    bool good = value != NULL && gradient != NULL;
    for (int64_t k = 0; value != NULL && gradient != NULL && k < ag_size(x[i]); k++) {
        slopes d = slopes_of(s, r, x, n, i, k, value[k]);
        good = compare(ag_name_of(x[i]), ag_size(x[i]), k, gradient[k], &d) && good;
    }
    free(value);
    free(gradient);
    return good;
}

int viz__check_gradients(viz__session *s, const viz__request *r)
{
    int n;
    int64_t elements = 0;
    ag_tensor **x = viz__variables(s, &n);
    bool good = x != NULL;
    for (int i = 0; i < n; i++) {
        elements += ag_size(x[i]);
    }
    if (r->order >= 2 || ag_size(s->root) != 1 || elements > MOST_ELEMENTS) {
        fprintf(stderr, "autograd: --check: for the first derivatives of one number by up to %d\n",
                MOST_ELEMENTS);
        free(x);
        return VIZ__USAGE;
    }
    printf("%-10s %16s %16s\n", "", "gradient", "difference");
    for (int i = 0; i < n; i++) {
        good = (!ag_has_grad(x[i]) || check_variable(s, r, x, n, i)) && good;
    }
    free(x);
    return good ? VIZ__DONE : VIZ__WRONG;
}
