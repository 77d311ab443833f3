/* Means, variances, norms and what is divided by them, at both ends of the range of floats. A
 * function of degree d has f(2^k x) = 2^(dk) f(x), and its first and second derivatives have the
 * degrees d - 1 and d - 2, to the last digit: a power of two only moves the exponent. What leaves
 * the range on the way, as a square does, is seen by that. Each function is asked for its value, for
 * its gradient by numbers and as it is recorded, and for a product with its Hessian; the factor
 * 2^((1 - d)k) of the loss brings the gradient into the range.
 */
#include "expect.h"

enum { N = 24, MOST_Y = 12 * N };

typedef enum lines {
    WHOLE,
    OUTER,
    CHANNELS
} lines; /* which numbers may have a size of their own */

typedef struct subject {
    const char *name;
    ag_tensor *(*of)(ag_tensor *x, double eps); /* x has the shape (4,2,3) */
    int degree;
    bool has_eps; /* which is added to the square of a size */
    lines lines;
} subject;

static ag_tensor *row(const ag_tensor *like, int64_t n, double first, double step)
{
    double values[N];
    for (int64_t i = 0; i < n; i++) {
        values[i] = first + step * (double)i;
    }
    return ag_from_values(ag_graph_of(like), AG_VARIABLE, AG_SHAPE(n), values);
}

static ag_tensor *matrix(ag_tensor *x)
{
    return ag_reshape(x, AG_SHAPE(4, 6));
}

static ag_tensor *trained(ag_tensor *x, ag_tensor *w, ag_tensor *b, double eps)
{
    ag_batch_norm_options o = {.training = true, .eps = eps == 0 ? AG_EXACT_ZERO : eps};
    return ag_batch_norm(x, w, b, NULL, NULL, &o);
}

static ag_tensor *triplet_of(ag_tensor *x)
{
    ag_triplet_options o = {.margin = AG_EXACT_ZERO, .eps = AG_EXACT_ZERO};
    return ag_triplet_margin_loss(ag_select(x, 0, 0), ag_select(x, 0, 3), ag_select(x, 0, 1), &o);
}

#define SUBJECT(name, call)                                                                        \
    static ag_tensor *name(ag_tensor *x, double eps)                                               \
    {                                                                                              \
        (void)eps;                                                                                 \
        return call;                                                                               \
    }
#define WEIGHT(n) row(x, n, 0.75, 0.5)
#define BIAS(n) row(x, n, -1, 0.25)
SUBJECT(std_all, ag_std(x, 1))
SUBJECT(std_outer, ag_std_over(x, AG_AXES(0, 2), true, 0))
SUBJECT(std_last, ag_std_over(matrix(x), AG_AXES(1), false, 1))
SUBJECT(var_last, ag_var_over(x, AG_AXES(-1), false, 1))
SUBJECT(norm_2, ag_norm_over(x, AG_AXES(1, 2), false, 2))
SUBJECT(norm_1, ag_norm_over(x, AG_AXES(0), false, 1))
SUBJECT(norm_3, ag_norm_over(x, AG_AXES(1), false, 3))
SUBJECT(norm_between, ag_norm(x, 1.5))
SUBJECT(norm_half, ag_norm_over(x, AG_AXES(0), false, 0.5))
SUBJECT(norm_below, ag_norm_over(x, AG_AXES(0), false, -2))
SUBJECT(norm_largest, ag_norm(x, (double)INFINITY))
SUBJECT(norm_least, ag_norm_over(x, AG_AXES(2), true, -(double)INFINITY))
SUBJECT(normalize, ag_normalize(x, 2, 2, AG_EXACT_ZERO))
SUBJECT(normalize_3, ag_normalize(x, 0, 3, AG_EXACT_ZERO))
SUBJECT(cosine, ag_cosine_similarity(x, ag_flip(x, AG_AXES(0)), 2, 0))
SUBJECT(distances, ag_cdist(matrix(x), ag_slice(matrix(x), 0, 1, 3, 1), 2))
SUBJECT(triplet, triplet_of(x))
SUBJECT(layer, ag_layer_norm(x, 2, NULL, NULL, eps))
SUBJECT(layer_affine, ag_layer_norm(matrix(x), 1, WEIGHT(6), BIAS(6), eps))
SUBJECT(rms, ag_rms_norm(x, 1, NULL, eps))
SUBJECT(rms_affine, ag_rms_norm(matrix(x), 1, WEIGHT(6), eps))
SUBJECT(instance, ag_instance_norm(x, WEIGHT(2), BIAS(2), eps))
SUBJECT(group, ag_group_norm(matrix(x), 2, WEIGHT(6), NULL, eps))
SUBJECT(batch, trained(x, WEIGHT(2), BIAS(2), eps))
SUBJECT(batch_columns, trained(matrix(x), NULL, NULL, eps))

static const subject subjects[] = {
    {"std", std_all, 1, false, WHOLE},
    {"std, outer axes", std_outer, 1, false, CHANNELS},
    {"std, last axis", std_last, 1, false, OUTER},
    {"var", var_last, 2, false, WHOLE},
    {"norm 2", norm_2, 1, false, OUTER},
    {"norm 1", norm_1, 1, false, CHANNELS},
    {"norm 3", norm_3, 1, false, OUTER},
    {"norm 1.5", norm_between, 1, false, WHOLE},
    {"norm 0.5", norm_half, 1, false, CHANNELS},
    {"norm -2", norm_below, 1, false, CHANNELS},
    {"norm inf", norm_largest, 1, false, WHOLE},
    {"norm -inf", norm_least, 1, false, OUTER},
    {"normalize", normalize, 0, false, OUTER},
    {"normalize 3", normalize_3, 0, false, CHANNELS},
    {"cosine_similarity", cosine, 0, false, OUTER},
    {"cdist", distances, 1, false, WHOLE},
    {"triplet_margin_loss", triplet, 1, false, WHOLE},
    {"layer_norm", layer, 0, true, OUTER},
    {"layer_norm, weight", layer_affine, 0, true, OUTER},
    {"rms_norm", rms, 0, true, OUTER},
    {"rms_norm, weight", rms_affine, 0, true, OUTER},
    {"instance_norm", instance, 0, true, OUTER},
    {"group_norm", group, 0, true, OUTER},
    {"batch_norm", batch, 0, true, CHANNELS},
    {"batch_norm, columns", batch_columns, 0, true, CHANNELS},
};
enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static bool is_apart(lines which, int i)
{
    return which == WHOLE || (which == OUTER ? i / 6 % 2 == 1 : i / 3 % 2 == 1);
}

/* What a subject says at x times a power of two; the derivatives are brought to the size that they
 * have at x. */
typedef struct answers {
    int n;
    double value[MOST_Y], fast[N], recorded[N], second[N];
} answers;

static ag_tensor *factors(const ag_tensor *like, double scale)
{
    double values[MOST_Y];
    for (int64_t i = 0; i < ag_size(like); i++) {
        values[i] = scale * (0.5 + fmod(0.618 * (double)i, 1));
    }
    return ag_from_values(ag_graph_of(like), AG_CONSTANT, ag_shape_of(like), values);
}

static ag_tensor *numbers(ag_graph *g, int k, lines which)
{
    double x[N];
    for (int i = 0; i < N; i++) {
        x[i] = ldexp(fmod(7.3 + 1.379 * i * (i + 1), 4) - 2, is_apart(which, i) ? k : 0);
    }
    return ag_from_values(g, AG_VARIABLE, AG_SHAPE(4, 2, 3), x);
}

static void ask(const subject *s, ag_dtype dtype, int k, double eps, answers *out)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    ag_tensor *x = numbers(g, k, WHOLE), *y = s->of(x, ldexp(eps, 2 * k));
    ck_assert_msg(y != NULL, "%s: %s", s->name, ag_error_message(g));
    out->n = (int)ag_size(y);
    expect_ok(ag_get(y, out->value, out->n));
    for (int i = 0; i < out->n; i++) {
        out->value[i] = ldexp(out->value[i], -k * s->degree);
    }
    ag_tensor *loss = ag_sum(ag_mul(y, factors(y, ldexp(1, k * (1 - s->degree)))));
    expect_ok(ag_backward(loss));
    expect_ok(ag_grad_get(x, out->fast, N));
    ag_tensor *gradient = gradient_of(loss, x, NULL);
    expect_ok(ag_get(gradient, out->recorded, N));
    ag_tensor *along = ag_sum(ag_mul(gradient, factors(x, 1)));
    expect_ok(ag_get(gradient_of(along, x, NULL), out->second, N));
    for (int i = 0; i < N; i++) {
        out->second[i] = ldexp(out->second[i], k);
    }
    all_well(g);
    ag_graph_free(g);
}

/* Whether all numbers are as wanted, relative to the largest. */
static bool is_near(const char *what, int k, const double *have, const double *want, int n,
                    double most)
{
    double size = 0;
    for (int i = 0; i < n; i++) {
        size = fmax(size, fabs(want[i]));
    }
    for (int i = 0; i < n; i++) {
        if (!(fabs(have[i] - want[i]) <= most * size)) {
            printf("    2^%d: %s %d is %.17g, not %.17g\n", k, what, i, have[i], want[i]);
            return false;
        }
    }
    return true;
}

static bool are_near(int k, const answers *have, const answers *want, double most)
{
    return is_near("value", k, have->value, want->value, want->n, most) &&
           is_near("gradient", k, have->fast, want->fast, N, most) &&
           is_near("recorded gradient", k, have->recorded, want->fast, N, most) &&
           is_near("second derivative", k, have->second, want->second, N, most);
}

/* The exponents of the scales: where squares and products of three begin to leave the range, and
 * near its ends. */
typedef struct range {
    ag_dtype dtype;
    int most;      /* beyond it a square leaves the range */
    double digits; /* the largest relative error */
    int k[10];
} range;

static const range ranges[] = {
    {AG_F64, 500, 1e-13, {40, 300, 511, 665, 1000, -40, -300, -511, -665, -990}},
    {AG_F32, 63, 1e-5, {10, 40, 63, 83, 110, -10, -40, -63, -83, -110}},
};

static bool keeps(const subject *s, const range *r, double eps)
{
    answers want, have;
    ask(s, r->dtype, 0, eps, &want);
    bool good = are_near(0, &want, &want, r->digits);
    for (int i = 0; i < 10; i++) {
        /* a number that leaves the range itself, as a variance, or eps */
        const bool fits = abs(r->k[i]) <= r->most || s->degree < 2;
        const bool tells = eps == 0 || abs(r->k[i]) <= 500;
        if (fits && tells) {
            ask(s, r->dtype, r->k[i], eps, &have);
            good = are_near(r->k[i], &have, &want, r->digits) && good;
        }
    }
    return good;
}

START_TEST(test_sizes)
{
    int wrong = 0;
    for (int r = 0; r < 2; r++) {
        for (int i = 0; i < SUBJECTS; i++) {
            const subject *s = &subjects[i];
            const bool good =
                keeps(s, &ranges[r], 0) && (!s->has_eps || keeps(s, &ranges[r], 0.375));
            if (!good) {
                printf("%s, %s\n", s->name, ag_dtype_text(ranges[r].dtype));
                wrong++;
            }
        }
    }
    ck_assert_msg(wrong == 0, "%d functions leave the range", wrong);
}
END_TEST

/* Value and gradient of a subject where some lines have another size than the others, which each
 * line of the result and of the gradient then has by itself. */
static void ask_uneven(const subject *s, ag_dtype dtype, int k, answers *out)
{
    ag_graph *g = ag_graph_new_with(&(ag_graph_options){.dtype = dtype});
    ag_tensor *x = numbers(g, k, s->lines), *y = s->of(x, 0);
    out->n = (int)ag_size(y);
    expect_ok(ag_get(y, out->value, out->n));
    expect_ok(ag_backward(ag_sum(ag_mul(y, factors(y, 1)))));
    expect_ok(ag_grad_get(x, out->fast, N));
    expect_ok(ag_get(gradient_of(ag_sum(ag_mul(y, factors(y, 1))), x, NULL), out->recorded, N));
    for (int i = 0; i < N; i++) {
        const int power = is_apart(s->lines, i) ? (1 - s->degree) * k : 0;
        out->fast[i] = ldexp(out->fast[i], power);
        out->recorded[i] = ldexp(out->recorded[i], power);
    }
    all_well(g);
    ag_graph_free(g);
}

START_TEST(test_lines_of_different_sizes)
{
    for (int r = 0; r < 2; r++) {
        const double most = ranges[r].digits;
        const int k[] = {ranges[r].k[3], ranges[r].k[8]};
        for (int i = 0; i < SUBJECTS; i++) {
            const subject *s = &subjects[i];
            answers want, have;
            ask_uneven(s, ranges[r].dtype, 0, &want);
            for (int j = 0; j < 2 && s->lines != WHOLE; j++) {
                ask_uneven(s, ranges[r].dtype, k[j], &have);
                const bool good =
                    (s->degree == 1 ||
                     is_near("value", k[j], have.value, want.value, want.n, most)) &&
                    is_near("gradient", k[j], have.fast, want.fast, N, most) &&
                    is_near("recorded gradient", k[j], have.recorded, want.fast, N, most);
                ck_assert_msg(good, "%s, %s", s->name, ag_dtype_text(ranges[r].dtype));
            }
        }
    }
}
END_TEST

CHECK_MAIN("ranges", test_sizes, test_lines_of_different_sizes)
