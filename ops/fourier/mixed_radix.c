/* One pass for each factor of the length (Cooley and Tukey, 1965), from one array to another and in
 * an order that leaves the result sorted (Stockham, 1966). No root of unity is computed from others
 * by products, so that errors do not add up along the line. Must not know tensors.
 */
#include "mixed_radix.h"

#include <math.h>
#include <string.h>

enum { MOST = 31 };

#define TURN 6.283185307179586476925286766559

/* The radix of the next pass over what is left of the length; 0 if there is none. */
static int radix_for(int64_t left)
{
    if (left % 4 == 0) {
        return 4;
    }
    for (int r = 2; r <= MOST; r++) {
        if (left % r == 0) {
            return r;
        }
    }
    return 0;
}

bool ag__mixed_radix_fits(int64_t n)
{
    while (n > 1) {
        int radix = radix_for(n);
        if (radix == 0) {
            return false;
        }
        n /= radix;
    }
    return true;
}

int64_t ag__mixed_radix_room(int64_t n)
{
    int64_t room = 4 * n;
    for (int64_t left = n; left > 1; left /= radix_for(left)) {
        room += 2 * radix_for(left);
    }
    return room;
}

/* root[k] = exp(-2 pi i k/n) for k < n. The first eighth of a turn is computed, the rest is mirrored
 * at its end, at a quarter and at half a turn, where n has numbers on both sides. */
static void set_roots(double *root, int64_t n)
{
    for (int64_t k = 0; k < n; k++) {
        double *to = root + 2 * k;
        if (2 * k > n) {
            to[0] = root[2 * (n - k)];
            to[1] = -root[2 * (n - k) + 1];
        } else if (n % 2 == 0 && 4 * k > n) {
            to[0] = -root[n - 2 * k];
            to[1] = root[n - 2 * k + 1];
        } else if (n % 4 == 0 && 8 * k > n) {
            to[0] = -root[n / 2 - 2 * k + 1];
            to[1] = -root[n / 2 - 2 * k];
        } else {
            const double angle = TURN * (double)k / (double)n;
            to[0] = cos(angle);
            to[1] = -sin(angle);
        }
    }
}

/* Writes the numbers 0, step, 2 step, ... of a table, `count` of them, and returns what follows. */
static double *copy_every(const double *from, int64_t step, int64_t count, double *to)
{
    for (int64_t k = 0; k < count; k++, from += 2 * step, to += 2) {
        to[0] = from[0];
        to[1] = from[1];
    }
    return to;
}

void ag__mixed_radix_open(ag__mixed_radix *f, int64_t n, double *plan)
{
    const double *root = plan;
    *f = (ag__mixed_radix){.n = n};
    set_roots(plan, n);
    plan += 2 * n;
    for (int64_t before = 1; before < n; f->passes++) {
        ag__fourier_pass *p = &f->pass[f->passes];
        const int radix = radix_for(n / before);
        *p = (ag__fourier_pass){radix, before, n / before / radix, NULL, plan};
        plan = p->twiddle = copy_every(root, n / radix, radix, plan);
        for (int j = 1; j < radix; j++) {
            plan = copy_every(root, j * before, p->after, plan);
        }
        before *= radix;
    }
}

/* to = (real + imaginary i) w */
static inline void turn(double *to, double real, double imaginary, const double *w)
{
    to[0] = real * w[0] - imaginary * w[1];
    to[1] = real * w[1] + imaginary * w[0];
}

static void pass_of_two(const ag__fourier_pass *p, const double *x, double *y)
{
    const int64_t in = 2 * p->after, out = in * p->before;
    for (int64_t b = 0; b < p->before; b++, x += in) {
        for (int64_t k = 0; k < in; k += 2, x += 2, y += 2) {
            y[0] = x[0] + x[in];
            y[1] = x[1] + x[in + 1];
            turn(y + out, x[0] - x[in], x[1] - x[in + 1], p->twiddle + k);
        }
    }
}

static void pass_of_four(const ag__fourier_pass *p, const double *x, double *y)
{
    const int64_t in = 2 * p->after, out = in * p->before;
    for (int64_t b = 0; b < p->before; b++, x += 3 * in) {
        for (int64_t k = 0; k < in; k += 2, x += 2, y += 2) {
            const double *x1 = x + in, *x2 = x1 + in, *x3 = x2 + in, *w = p->twiddle + k;
            const double even[2] = {x[0] + x2[0], x[1] + x2[1]};
            const double even_apart[2] = {x[0] - x2[0], x[1] - x2[1]};
            const double odd[2] = {x1[0] + x3[0], x1[1] + x3[1]};
            const double odd_apart[2] = {x1[0] - x3[0], x1[1] - x3[1]};
            y[0] = even[0] + odd[0];
            y[1] = even[1] + odd[1];
            turn(y + out, even_apart[0] + odd_apart[1], even_apart[1] - odd_apart[0], w);
            turn(y + 2 * out, even[0] - odd[0], even[1] - odd[1], w + in);
            turn(y + 3 * out, even_apart[0] - odd_apart[1], even_apart[1] + odd_apart[0],
                 w + 2 * in);
        }
    }
}

/* x[j] and x[r - j] meet conjugate roots: of their sum only the cosines count, of their difference
 * only the sines. */
static inline void odd_butterfly(const ag__fourier_pass *p, int radix, const double *x, double *y,
                                 const double *twiddle)
{
    const int64_t in = 2 * p->after, out = in * p->before;
    double sum[MOST / 2 + 1][2], apart[MOST / 2 + 1][2], total[2] = {x[0], x[1]};
    for (int j = 1; j <= radix / 2; j++) {
        for (int c = 0; c < 2; c++) {
            sum[j][c] = x[j * in + c] + x[(radix - j) * in + c];
            apart[j][c] = x[j * in + c] - x[(radix - j) * in + c];
            total[c] += sum[j][c];
        }
    }
    y[0] = total[0];
    y[1] = total[1];
    for (int k = 1; k <= radix / 2; k++) {
        double even[2] = {x[0], x[1]}, odd[2] = {0, 0};
        for (int j = 1, at = k; j <= radix / 2; j++, at += at + k < radix ? k : k - radix) {
            for (int c = 0; c < 2; c++) {
                even[c] += p->root[2 * at] * sum[j][c];
                odd[c] += p->root[2 * at + 1] * apart[j][c];
            }
        }
        turn(y + k * out, even[0] - odd[1], even[1] + odd[0], twiddle + (k - 1) * in);
        turn(y + (radix - k) * out, even[0] + odd[1], even[1] - odd[0],
             twiddle + (radix - k - 1) * in);
    }
}

static inline void pass_of_odd(const ag__fourier_pass *p, int radix, const double *x, double *y)
{
    const int64_t in = 2 * p->after;
    for (int64_t b = 0; b < p->before; b++, x += (radix - 1) * in) {
        for (int64_t k = 0; k < in; k += 2, x += 2, y += 2) {
            odd_butterfly(p, radix, x, y, p->twiddle + k);
        }
    }
}

static void run_pass(const ag__fourier_pass *p, const double *x, double *y)
{
    switch (p->radix) {
    case 2:
        pass_of_two(p, x, y);
        break;
    case 3:
        pass_of_odd(p, 3, x, y);
        break;
    case 4:
        pass_of_four(p, x, y);
        break;
    case 5:
        pass_of_odd(p, 5, x, y);
        break;
    default:
        pass_of_odd(p, p->radix, x, y);
    }
}

void ag__mixed_radix_line(const ag__mixed_radix *f, double *line, double *work)
{
    double *from = line, *to = work;
    for (int i = 0; i < f->passes; i++) {
        run_pass(&f->pass[i], from, to);
        double *last = from;
        from = to;
        to = last;
    }
    if (from != line) {
        memcpy(line, from, (size_t)(2 * f->n) * sizeof *line);
    }
}
