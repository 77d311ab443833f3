/* The norm of gradients, and gradients made smaller; see optim.h. Must not know the methods. */
#include "step.h"

#include <math.h>

#include <autograd/engine.h>

#include "ops/cpu/parallel.h"

/* So few pieces fit the stack, and they are enough for the threads. */
enum { MOST_PIECES = 256 };

#define NUMBER_NS 0.2 /* nanoseconds on one core for adding the square of one number */

/* --- the norm --------------------------------------------------------------------------------- */

/* For each piece of all gradients, the sum of squares or the largest magnitude. */
typedef struct reading {
    const ag__step *step;
    const ag__steps *kernels;
    bool largest;
    double scale; /* the numbers are multiplied by it before they are squared */
    double piece[MOST_PIECES];
} reading;

/* Joins the results of two pieces. The order of the joins depends on the sizes alone; NaN stays
 * NaN. */
static double joined(bool largest, double a, double b)
{
    if (!largest) {
        return a + b;
    }
    return b > a || b != b ? b : a;
}

typedef struct place {
    const reading *r;
    double result;
} place;

static void read_part(const ag__step *s, int i, int64_t from, int64_t to, void *context)
{
    place *p = context;
    const reading *r = p->r;
    ag_dtype dtype = ag_dtype_of(s->parameter[i]);
    bool narrow = dtype == AG_F32;
    const char *grad = ag_grad_data(s->parameter[i]);
    const char *x = grad + (size_t)from * ag_dtype_bytes(dtype);
    double here = r->largest ? r->kernels->largest[narrow](to - from, x)
                             : r->kernels->squares[narrow](to - from, x, r->scale);
    p->result = joined(r->largest, p->result, here);
}

static void read_piece(void *context, int64_t piece, int worker)
{
    reading *r = context;
    place p = {r, 0};
    ag__step_each(r->step, piece, read_part, &p);
    r->piece[piece] = p.result;
    (void)worker;
}

static double read_all(reading *r, bool largest, double scale)
{
    const ag__step *s = r->step;
    double result = 0;
    r->largest = largest;
    r->scale = scale;
    ag__parallel(s->pieces, ag__team_for(s->pieces, NUMBER_NS * (double)s->size), read_piece, r);
    for (int64_t i = 0; i < s->pieces; i++) {
        result = joined(largest, result, r->piece[i]);
    }
    return result;
}

/* If the squares overflow or underflow, the sum is computed again of the numbers divided by the
 * largest magnitude. */
static double norm_of(const ag__step *s)
{
    reading r = {.step = s, .kernels = ag__kernels_best()->steps};
    double sum = read_all(&r, false, 1);
    if (sum > 1e-270 && sum < (double)INFINITY) {
        return sqrt(sum);
    }
    double largest = read_all(&r, true, 1);
    if (largest == 0 || !(largest < (double)INFINITY)) {
        return largest;
    }
    int scale = -ilogb(largest) < 1000 ? -ilogb(largest) : 1000;
    return ldexp(sqrt(read_all(&r, false, ldexp(1, scale))), -scale);
}

/* The step that reads the gradients of the parameters from `from` to `to`. */
static ag__step reading_of(const ag__step *s, int from, int to)
{
    ag__step part = {s->name, s->parameter + from, to - from, .size = 0};
    for (int i = 0; i < part.n; i++) {
        part.size += ag__step_size(&part, i);
    }
    part.pieces = ag__step_pieces(part.size);
    part.pieces = part.pieces < MOST_PIECES ? part.pieces : MOST_PIECES;
    return part;
}

static ag_status norm_step(const ag__step *s, double *norm)
{
    ag_status status = ag__step_check(s);
    if (status == AG_OK) {
        ag__step all = reading_of(s, 0, s->n);
        *norm = norm_of(&all);
    }
    return status;
}

ag_status ag_grad_norm(ag_tensor *const *parameters, int n, double *norm)
{
    const ag__step s = {"grad_norm", parameters, n, .size = 0};
    return norm != NULL ? norm_step(&s, norm)
                        : ag__step_null(s.name, parameters, n, "the norm's place is");
}

/* --- smaller ---------------------------------------------------------------------------------- */

/* Fails with a message that names the first parameter whose own norm is not finite. */
static ag_status fail_norm(const ag__step *s)
{
    static const char hint[] = "no gradient was changed; ag_set_anomaly tells where it came from";
    for (int i = 0; i < s->n; i++) {
        ag__step one = reading_of(s, i, i + 1);
        double norm = norm_of(&one);
        if (!(norm < (double)INFINITY)) {
            return ag__step_fail_at(s, i, AG_ERR_ANOMALY, hint,
                                    norm != norm ? "the gradient has a NaN"
                                                 : "the gradient is infinite");
        }
    }
    return ag__step_fail_at(s, 0, AG_ERR_ANOMALY, hint, "the norm of all gradients is infinite");
}

ag_status ag_clip_grad_norm(ag_tensor *const *parameters, int n, double limit, double *norm)
{
    double have = 0;
    ag__step s = {"clip_grad_norm", parameters, n, .size = 0};
    ag_status status = ag__step_options(&s, &(ag__option){"limit", limit, AG__ABOVE_0}, 1);
    status = status == AG_OK ? norm_step(&s, &have) : status;
    if (status == AG_OK && !(have < (double)INFINITY)) {
        status = fail_norm(&s);
    }
    if (status == AG_OK && have > limit) {
        s.c.rate = limit / have;
        status = ag__step_all(&s, AG__STEP_scale);
    }
    if (norm != NULL && (status == AG_OK || status == AG_ERR_ANOMALY)) {
        *norm = have;
    }
    return status;
}

ag_status ag_clip_grad_value(ag_tensor *const *parameters, int n, double limit)
{
    ag__step s = {"clip_grad_value", parameters, n, .size = 0};
    s.c.rate = limit;
    ag_status status = ag__step_options(&s, &(ag__option){"limit", limit, AG__ABOVE_0}, 1);
    return status == AG_OK ? ag__step_all(&s, AG__STEP_clamp) : status;
}

ag_status ag_scale_grads(ag_tensor *const *parameters, int n, double factor)
{
    ag__step s = {"scale_grads", parameters, n, .size = 0};
    s.c.rate = factor;
    ag_status status = ag__step_options(&s, &(ag__option){"factor", factor, AG__FROM_0}, 1);
    return status == AG_OK ? ag__step_all(&s, AG__STEP_scale) : status;
}
