/* Instance normalization: a group for each channel, and where they are asked for statistics over
 * all samples, by which evaluation normalizes as batch normalization does.
 */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "layer.h"

/* buffer += momentum (now - buffer), now being the mean over samples of what each channel has. */
static bool move(ag_tensor *buffer, ag_tensor *of_samples, double momentum)
{
    ag_tensor *now = ag_mean_over(of_samples, AG_AXES(0), false);
    ag_tensor *moved = ag_add(buffer, ag_mul_scalar(ag_sub(now, buffer), momentum));
    size_t bytes = (size_t)ag_size(buffer) * ag_dtype_bytes(ag_dtype_of(buffer));
    return moved != NULL && ag_read(moved, ag_mutable_data(buffer), bytes) == AG_OK;
}

/* The axes behind batch and channels. */
static ag_axes places(ag_shape s)
{
    ag_axes axes = {.n = s.ndim - 2};
    for (int i = 0; i < axes.n; i++) {
        axes.axis[i] = 2 + i;
    }
    return axes;
}

static bool move_statistics(nn_module *m, ag_tensor *x, ag_tensor *mean, ag_tensor *variance)
{
    ag_graph *g = nn_graph_of(m);
    const nn__norm_layer *l = nn_self(m);
    ag_shape s = ag_shape_of(x);
    ag_axes axes = places(s);
    if (ag_size(x) <= s.dim[0] * s.dim[1]) {
        ag_fail(g, AG_ERR_VALUE, "without .running it gives zeros",
                "nn_instance_norm: there is no variance of one number a channel");
        return false;
    }
    double momentum = l->options.momentum != 0 ? l->options.momentum : 0.1;
    ag_no_grad_enter(g);
    bool good = move(mean, ag_mean_over(x, axes, false), momentum) &&
                move(variance, ag_var_over(x, axes, false, 1), momentum);
    ag_no_grad_leave(g);
    return good;
}

static ag_tensor *running_forward(nn_module *m, ag_tensor *x)
{
    const nn_norm_options *o = &((const nn__norm_layer *)nn_self(m))->options;
    ag_tensor *weight, *bias;
    if (!nn__has_channels(m, x)) {
        return NULL;
    }
    ag_shape channels = AG_SHAPE(ag_shape_of(x).dim[1]);
    bool has_bias = !o->no_affine && !o->no_bias;
    bool good = nn__norm_affine(m, channels, !o->no_affine, has_bias, &weight, &bias);
    ag_tensor *mean = nn_buffer(m, "running_mean", channels, 0);
    ag_tensor *variance = nn_buffer(m, "running_var", channels, 1);
    if (!good || mean == NULL || variance == NULL) {
        return NULL;
    }
    if (nn_is_training(m) && !nn_is_frozen(m, "running_mean")) {
        return move_statistics(m, x, mean, variance) ? ag_instance_norm(x, weight, bias, o->eps)
                                                     : NULL;
    }
    return ag_batch_norm(x, weight, bias, mean, variance,
                         &(ag_batch_norm_options){.momentum = 1, .eps = o->eps});
}

nn_module *nn_instance_norm(ag_graph *g, const nn_norm_options *o)
{
    bool running = o != NULL && o->running;
    if (running && g != NULL && !(o->momentum >= 0 && o->momentum <= 1)) {
        ag_fail(g, AG_ERR_VALUE, "from 0 to 1; 0 means 0.1", "nn_instance_norm: momentum is %g",
                o->momentum);
        return NULL;
    }
    return nn__norm_new(g, "instance_norm", running ? running_forward : nn__group_norm_forward, 0,
                        o);
}
