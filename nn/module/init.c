/* How a parameter begins: a table from the kinds of nn_init to distributions. The scales are those
 * of Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks
 * (2010, eq. 16); He and others, Delving deep into rectifiers (2015, eq. 10); LeCun and others,
 * Efficient BackProp (1998, eq. 16). Must not know modules.
 */
#define AG_NO_SITES
#include <autograd/inspect.h>
#include <autograd/ops.h>
#include <math.h>

#include "module.h"

/* A row of the table; those whose variance is `scale` over a fan name the fan. */
typedef struct row row;
struct row {
    ag_status (*fill)(ag_tensor *t, const nn_init *init, const row *r);
    double scale;
    double (*fan)(double in, double out);
};

/* --- fans ------------------------------------------------------------------------------------- */

static double fan_in(double in, double out)
{
    (void)out;
    return in;
}

static double fan_mean(double in, double out)
{
    return (in + out) / 2;
}

static double fan_or(double given, double counted)
{
    double fan = given > 0 ? given : counted;
    return fan > 1 ? fan : 1;
}

/* A vector is as wide in as out, so that a gain of n numbers begins like a weight (n, n). */
static double variance(ag_shape s, const nn_init *init, const row *r)
{
    double places = 1, out = s.ndim > 0 ? (double)s.dim[0] : 1;
    for (int i = 2; i < s.ndim; i++) {
        places *= (double)s.dim[i];
    }
    double in = s.ndim > 1 ? (double)s.dim[1] : out;
    return r->scale /
           r->fan(fan_or(init->fan_in, in * places), fan_or(init->fan_out, out * places));
}

/* --- distributions ---------------------------------------------------------------------------- */

static ag_status fill_zeros(ag_tensor *t, const nn_init *init, const row *r)
{
    (void)init;
    (void)r;
    return ag_fill_uniform(t, 0, 0);
}

static ag_status fill_constant(ag_tensor *t, const nn_init *init, const row *r)
{
    (void)r;
    return ag_fill_uniform(t, init->a, init->a);
}

static ag_status fill_uniform(ag_tensor *t, const nn_init *init, const row *r)
{
    (void)r;
    bool usual = init->a == 0 && init->b == 0;
    return ag_fill_uniform(t, usual ? -1 : init->a, usual ? 1 : init->b);
}

static ag_status fill_normal(ag_tensor *t, const nn_init *init, const row *r)
{
    (void)r;
    return ag_fill_normal(t, init->a, init->b != 0 ? init->b : 1);
}

/* Numbers beyond two deviations are drawn again, 1.05 draws on average. What is left of a normal
 * distribution has .87962566 of its deviation, by which the deviation wanted is divided first. */
static ag_status truncated(ag_tensor *t, double mean, double deviation)
{
    ag_graph *g = ag_graph_of(t);
    size_t n = (size_t)ag_size(t), bytes = (n + 1) * sizeof(double);
    if (!isfinite(mean) || !isfinite(deviation) || deviation < 0) {
        return ag_fail(g, AG_ERR_VALUE, "both finite, the deviation 0 or more",
                       "truncated normal: mean %g and deviation %g are no distribution", mean,
                       deviation);
    }
    double *value = ag_graph_alloc(g, bytes);
    if (value == NULL) {
        return ag_fail(g, AG_ERR_MEMORY, NULL, "truncated normal: out of memory");
    }
    for (size_t i = 0; i < n; i++) {
        double z;
        do {
            z = ag_random_normal(g);
        } while (fabs(z) > 2);
        value[i] = mean + z * deviation / .87962566103423978;
    }
    ag_status status = ag_set(t, value, (int64_t)n);
    ag_graph_release(g, value, bytes);
    return status;
}

static ag_status fill_truncated(ag_tensor *t, const nn_init *init, const row *r)
{
    (void)r;
    return truncated(t, init->a, init->b != 0 ? init->b : 1);
}

/* Of the same variance: a uniform distribution of half width w has w^2 / 3. */
static ag_status fill_uniform_by_fan(ag_tensor *t, const nn_init *init, const row *r)
{
    double width = sqrt(3 * variance(ag_shape_of(t), init, r));
    return ag_fill_uniform(t, -width, width);
}

static ag_status fill_normal_by_fan(ag_tensor *t, const nn_init *init, const row *r)
{
    return truncated(t, 0, sqrt(variance(ag_shape_of(t), init, r)));
}

/* --- the table -------------------------------------------------------------------------------- */

static const row rows[NN_INIT_COUNT] = {
    [NN_DEFAULT] = {fill_uniform_by_fan, 1, fan_mean},
    [NN_ZEROS] = {fill_zeros, 0, NULL},
    [NN_CONSTANT] = {fill_constant, 0, NULL},
    [NN_UNIFORM] = {fill_uniform, 0, NULL},
    [NN_NORMAL] = {fill_normal, 0, NULL},
    [NN_TRUNCATED_NORMAL] = {fill_truncated, 0, NULL},
    [NN_FAN_IN_UNIFORM] = {fill_uniform_by_fan, 1 / 3.0, fan_in},
    [NN_GLOROT_UNIFORM] = {fill_uniform_by_fan, 1, fan_mean},
    [NN_GLOROT_NORMAL] = {fill_normal_by_fan, 1, fan_mean},
    [NN_HE_UNIFORM] = {fill_uniform_by_fan, 2, fan_in},
    [NN_HE_NORMAL] = {fill_normal_by_fan, 2, fan_in},
    [NN_LECUN_UNIFORM] = {fill_uniform_by_fan, 1, fan_in},
    [NN_LECUN_NORMAL] = {fill_normal_by_fan, 1, fan_in},
};

ag_status nn__init_fill(ag_tensor *t, const nn_init *init)
{
    if ((unsigned)init->kind >= NN_INIT_COUNT) {
        return ag_fail(ag_graph_of(t), AG_ERR_VALUE, "NN_ZEROS, NN_GLOROT_UNIFORM and so on",
                       "nn_parameter: there is no initial distribution %d", (int)init->kind);
    }
    const row *r = &rows[init->kind];
    return r->fill(t, init, r);
}
