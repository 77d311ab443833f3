/* How an operation that is made of others says what is wrong with its arguments: in its own name,
 * not in that of the part that would notice. Private to ops/. Knows no operation.
 *
 *     ag__voice v;
 *     ag_call *call = ag__voice_of(&v, "narrow", ag_graph_of(x), &x, 1);
 *     ... ag_call_axis(call, axis, ndim, &axis), ag_call_fail(call, ...)
 */
#ifndef OPS_COMMON_COMPOSITE_H
#define OPS_COMMON_COMPOSITE_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

typedef struct ag__voice {
    ag_op op;
    ag_call call;
} ag__voice;

static inline ag_call *ag__voice_of(ag__voice *v, const char *name, ag_graph *g,
                                    ag_tensor *const *in, int n_in)
{
    v->op = (ag_op){.name = name, .n_in = n_in};
    v->call = (ag_call){.graph = g, .op = &v->op, .in = in, .n_in = n_in};
    v->call.dtype = n_in > 0 && in[0] != NULL ? ag_dtype_of(in[0]) : AG_F64;
    return &v->call;
}

#endif
