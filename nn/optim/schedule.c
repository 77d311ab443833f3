/* Schedules: a factor of the rate as a function of the step. Must not know optimizers. */
#define AG_NO_SITES
#include <autograd/nn_optim.h>
#include <math.h>

#define PI 3.14159265358979323846

/* From `from` to `to` in half a wave, at a part of the way; past its end, and where there is no
 * way (0/0), at `to`. */
static double half_wave(double from, double to, double at)
{
    return at < 1 ? to + (from - to) * (1 + cos(PI * at)) / 2 : to;
}

static double inverse(const nn_schedule *s, double k)
{
    return 1 / (1 + s->a * k);
}

static double exponential(const nn_schedule *s, double k)
{
    return pow(s->a, k / (double)s->steps);
}

static double stepwise(const nn_schedule *s, double k)
{
    return pow(s->a, floor(k / (double)s->steps));
}

static double cosine(const nn_schedule *s, double k)
{
    return half_wave(1, s->a, k / (double)s->steps);
}

/* As PyTorch's OneCycleLR: both parts end on a step, the second on the last one. */
static double one_cycle(const nn_schedule *s, double k)
{
    double last = (double)s->steps - 1, top = 0.3 * (double)s->steps - 1;
    const double first = 1.0 / 25;
    if (k <= top) {
        return half_wave(first, 1, k / top);
    }
    return half_wave(1, first / 1e4, (k - top) / (last - top));
}

nn_schedule nn_inverse_decay(double d)
{
    return (nn_schedule){.factor = inverse, .a = d};
}

nn_schedule nn_exponential_decay(double factor, int64_t every)
{
    return (nn_schedule){.factor = exponential, .a = factor, .steps = every};
}

nn_schedule nn_step_decay(double factor, int64_t every)
{
    return (nn_schedule){.factor = stepwise, .a = factor, .steps = every};
}

nn_schedule nn_cosine_decay(int64_t steps, double last)
{
    return (nn_schedule){.factor = cosine, .a = last, .steps = steps};
}

nn_schedule nn_one_cycle(int64_t steps)
{
    return (nn_schedule){.factor = one_cycle, .steps = steps};
}

nn_schedule nn_warm_up(nn_schedule then, int64_t steps, double from)
{
    then.warm_up = steps;
    then.warm_up_from = from;
    return then;
}

nn_schedule nn_by_epoch(nn_schedule s)
{
    s.by_epoch = true;
    return s;
}

double nn_schedule_factor(const nn_schedule *s, int64_t k)
{
    if (s == NULL) {
        return 1;
    }
    if (k < s->warm_up) {
        double from = ag_option_or(s->warm_up_from, 1 / ((double)s->warm_up + 1));
        return from + (1 - from) * (double)k / (double)s->warm_up;
    }
    return s->factor != NULL ? s->factor(s, (double)(k - s->warm_up)) : 1;
}
