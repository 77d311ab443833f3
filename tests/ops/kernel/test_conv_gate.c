/* Convolution with the relu that belongs to it, and the sums of Y that come with the gradient in W, by
 * the kernels of every instruction set: a gate against a Y to which the relu has been applied.
 */
#include "conv_definition.h"

/* Runs a map in f32 and returns the number of its results; the sums of Y follow the weights. */
static int64_t run_gated(const ag__kernels *set, const ag__conv_size *s, const numbers *m, int map,
                         const float *y, const float *gate, float *out)
{
    bool weight = map == AG__CONV_WEIGHT, forward = map == AG__CONV_FORWARD;
    int64_t count = m->n[forward ? 2 : weight ? 1 : 0];
    ag__conv_numbers n = {.first = map == AG__CONV_INPUT ? y : m->f32[0],
                          .second = weight ? y : m->f32[1],
                          .out = out,
                          .relu = forward && gate != NULL,
                          .gate = forward ? NULL : gate,
                          .sums = weight ? out + count : NULL};
    void *work = work_of(set, sizeof(float), s, map);
    ag__conv_run(set, sizeof(float), s, (ag__conv_map)map, &n, work);
    end_work(work, set, sizeof(float), s, map);
    return count + (weight ? s->groups * s->out : 0);
}

static void check_sums(const ag__conv_size *s, const float *y, const float *sums)
{
    int64_t channels = s->groups * s->out, positions = all_of(s->y);
    for (int64_t o = 0; o < channels; o++) {
        float want = 0;
        for (int64_t i = 0; i < s->batch * positions; i++) {
            want += y[(i / positions * channels + o) * positions + i % positions];
        }
        ck_assert_msg(sums[o] == want, "sum %d: %g, not %g", (int)o, (double)sums[o], (double)want);
    }
}

/* A gate does what a Y does to which the relu has been applied, and forward cuts off what is
 * negative. */
static void check_relu(const ag__kernels *set, const ag__conv_size *s, const numbers *m,
                       const char *what)
{
    size_t most = (size_t)(m->n[0] + m->n[1] + m->n[2]) * sizeof(float);
    float *y = malloc(most), *gate = malloc(most), *want = malloc(most), *have = malloc(most);
    ck_assert(y != NULL && gate != NULL && want != NULL && have != NULL);
    for (int64_t i = 0; i < m->n[2]; i++) {
        gate[i] = (float)((i + m->n[1]) % 3 - 1);
        y[i] = gate[i] > 0 ? m->f32[2][i] : 0;
    }
    for (int map = 0; map < 3; map++) {
        int64_t n = run_gated(set, s, m, map, y, NULL, want);
        run_gated(set, s, m, map, m->f32[2], gate, have);
        for (int64_t i = 0; i < n; i++) {
            float is = map == AG__CONV_FORWARD && want[i] < 0 ? 0 : want[i];
            if (have[i] != is) {
                ck_abort_msg("%s, %s, relu, map %d: %d is %g, not %g", set->name, what, map, (int)i,
                             (double)have[i], (double)is);
            }
        }
        if (map == AG__CONV_WEIGHT) {
            check_sums(s, y, have + m->n[1]);
        }
    }
    free(y);
    free(gate);
    free(want);
    free(have);
}

static void check(const ag__conv_size *size, const char *what)
{
    ag__conv_size in_threads = *size, *s = &in_threads;
    s->threads = ag__threads();
    numbers m = numbers_new(s);
    for (int i = 0; kernels_at(i) != NULL; i++) {
        check_relu(kernels_at(i), s, &m, what);
    }
    numbers_free(&m);
}

START_TEST(test_gates_of_steps)
{
    each_step(check);
}
END_TEST

START_TEST(test_gates_of_sizes)
{
    each_size(check);
}
END_TEST

CHECK_MAIN("conv_gate", test_gates_of_steps, test_gates_of_sizes)
