/* Fourier transforms: the sum that defines them, the way there and back, Parseval's theorem, the
 * convolution theorem, large primes, every way to call them wrongly. PyTorch's answers are in
 * tests/golden.
 */
#include "ops/counted.h"

#define TURN 6.283185307179586476925286766559

/* Every length up to 40: the sum over all elements, with each angle reduced to one turn. */
START_TEST(test_definition)
{
    g = ag_graph_new();
    for (int n = 1; n <= 40; n++) {
        double x[MOST_ELEMENTS], y[MOST_ELEMENTS];
        ag_tensor *t = drawn(g, AG_F64, AG_SHAPE(n, 2));
        read_all(t, x);
        read_all(ag_fft(t, 0, 0, AG_FFT_BACKWARD), y);
        for (int k = 0; k < n; k++) {
            double real = 0, imaginary = 0;
            for (int j = 0; j < n; j++) {
                double angle = -TURN * (j * k % n) / n;
                real += x[2 * j] * cos(angle) - x[2 * j + 1] * sin(angle);
                imaginary += x[2 * j] * sin(angle) + x[2 * j + 1] * cos(angle);
            }
            expect_near(y[2 * k], real, 1e-13);
            expect_near(y[2 * k + 1], imaginary, 1e-13);
        }
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_there_and_back)
{
    g = ag_graph_new();
    for (int n = 1; n < 70; n++) {
        ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(2, n, 3)), *z = drawn(g, AG_F64, AG_SHAPE(n, 2));
        for (int norm = AG_FFT_BACKWARD; norm <= AG_FFT_FORWARD; norm++) {
            ag_fft_norm how = (ag_fft_norm)norm;
            expect_same_tensors(ag_irfft(ag_rfft(x, 1, 0, how), 1, n, how), x, 1e-14);
            expect_same_tensors(ag_ifft(ag_fft(z, -1, 0, how), -1, 0, how), z, 1e-14);
        }
        ag_tensor *y = ag_fft(z, 0, 0, AG_FFT_ORTHO);
        expect_near(ag_item(ag_sum(ag_square(y))), ag_item(ag_sum(ag_square(z))), 1e-13);
    }
    ag_graph_free(g);
}
END_TEST

/* 10007 is a prime, so that all goes through a convolution of 20480; the wave exp(2 pi i 77 j/n) has
 * one element n at 77, and what else there is comes from rounding. */
START_TEST(test_large_prime)
{
    enum { N = 10007 };
    g = ag_graph_new();
    double *wave = malloc(2 * N * sizeof *wave);
    ck_assert_ptr_nonnull(wave);
    for (int64_t j = 0; j < N; j++) {
        wave[2 * j] = cos(TURN * (double)(77 * j % N) / N);
        wave[2 * j + 1] = sin(TURN * (double)(77 * j % N) / N);
    }
    ag_tensor *y =
        ag_fft(ag_from_values(g, AG_CONSTANT, AG_SHAPE(N, 2), wave), 0, 0, AG_FFT_FORWARD);
    const double *have = ag_data(y);
    for (int k = 0; k < N; k++) {
        expect_near(have[2 * k], k == 77, 1e-14);
        expect_near(have[2 * k + 1], 0, 1e-14);
    }
    free(wave);
    ag_graph_free(g);
}
END_TEST

/* Lengths of every kind, powers of 2, primes up to 31 and above, products: the transform of a wave
 * exp(2 pi i 5 j/n) and of one number at place 1, whose answer is known. */
START_TEST(test_long_lines)
{
    static const int lengths[] = {64, 512, 1024, 4096, 243,  3125, 343,  961,  1000, 30030,
                                  37, 74,  1023, 2310, 5120, 6144, 2049, 4097, 10006};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const int n = lengths[i];
        g = ag_graph_new();
        double *line = calloc((size_t)(4 * n), sizeof *line);
        ck_assert_ptr_nonnull(line);
        line[2 * n + 2] = 1;
        for (int j = 0; j < n; j++) {
            line[2 * j] = cos(TURN * (5 * j % n) / n);
            line[2 * j + 1] = sin(TURN * (5 * j % n) / n);
        }
        ag_tensor *x = ag_from_values(g, AG_CONSTANT, AG_SHAPE(2, n, 2), line);
        const double *y = ag_data(ag_fft(x, 1, 0, AG_FFT_BACKWARD));
        for (int k = 0; k < n; k++) {
            expect_near(y[2 * k], k == 5 ? n : 0, 4e-14 * n);
            expect_near(y[2 * k + 1], 0, 4e-14 * n);
            expect_near(y[2 * (n + k)], cos(TURN * k / n), 1e-14);
            expect_near(y[2 * (n + k) + 1], -sin(TURN * k / n), 1e-14);
        }
        free(line);
        ag_graph_free(g);
    }
}
END_TEST

static ag_tensor *real_way(ag_tensor *const *in, int n, void *user)
{
    (void)n;
    ag_tensor *y = ag_rfft(in[0], 0, *(const int *)user, AG_FFT_BACKWARD);
    return ag_irfft(ag_square(y), 0, *(const int *)user + 1, AG_FFT_ORTHO);
}

/* What is its own conjugate counts as real, also where its imaginary part is no number. */
START_TEST(test_imaginary_parts_that_do_not_count)
{
    g = ag_graph_new();
    for (int n = 1; n < 6; n++) {
        double plain[6], spoilt[6], gradient[6];
        for (int k = 0; k < 3; k++) {
            bool counts = k > 0 && 2 * k != n;
            plain[2 * k] = spoilt[2 * k] = k + 1;
            plain[2 * k + 1] = counts ? 0.5 : 0;
            spoilt[2 * k + 1] = counts ? 0.5 : (double)INFINITY;
        }
        ag_tensor *x = ag_from_values(g, AG_VARIABLE, AG_SHAPE(3, 2), spoilt);
        ag_tensor *want = ag_from_values(g, AG_CONSTANT, AG_SHAPE(3, 2), plain);
        ag_tensor *y = ag_irfft(x, 0, n, AG_FFT_BACKWARD);
        expect_same_tensors(y, ag_irfft(want, 0, n, AG_FFT_BACKWARD), 0);
        ck_assert_int_eq(ag_backward(ag_sum(y)), AG_OK);
        ck_assert_int_eq(ag_grad_get(x, gradient, 6), AG_OK);
        ck_assert_double_eq(gradient[1], 0);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_fourier_derivatives)
{
    g = ag_graph_new();
    ag_tensor *x = drawn(g, AG_F64, AG_SHAPE(5, 2));
    for (int n = 1; n < 8; n++) {
        derivatives_agree(real_way, &n, &x, 1);
    }
    ag_graph_free(g);
}
END_TEST

START_TEST(test_fourier_refuses)
{
    g = ag_graph_new();
    ag_tensor *x = variable(AG_SHAPE(3, 2)), *flat = variable(AG_SHAPE(3)),
              *number = ag_variable(g, 1);
    fails(ag_fft(flat, 0, 0, AG_FFT_BACKWARD), AG_ERR_SHAPE,
          "fft: an operand of [3] has no last axis of 2", "imaginary");
    fails(ag_fft(x, 1, 0, AG_FFT_BACKWARD), AG_ERR_AXIS, "fft: axis 1", NULL);
    fails(ag_ifft(x, 0, -1, AG_FFT_BACKWARD), AG_ERR_VALUE, "ifft: n is -1", NULL);
    fails(ag_rfft(x, 0, 0, (ag_fft_norm)3), AG_ERR_VALUE, "rfft: norm is 3", "ORTHO");
    fails(ag_rfft(number, 0, 0, AG_FFT_ORTHO), AG_ERR_AXIS, "rfft: axis 0", NULL);
    fails(ag_rfft(variable(AG_SHAPE(0)), 0, 0, AG_FFT_ORTHO), AG_ERR_SHAPE,
          "rfft: there is no element along axis 0", NULL);
    fails(ag_irfft(variable(AG_SHAPE(1, 2)), 0, 0, AG_FFT_ORTHO), AG_ERR_SHAPE,
          "irfft: there is no element", NULL);
    fails(ag_fft(ag_cast(x, AG_I64), 0, 0, AG_FFT_ORTHO), AG_ERR_DTYPE, "fft: not defined for i64",
          NULL);
    ag_graph_free(g);
}
END_TEST

CHECK_MAIN("fourier", test_definition, test_there_and_back, test_large_prime, test_long_lines,
           test_imaginary_parts_that_do_not_count, test_fourier_derivatives, test_fourier_refuses)
