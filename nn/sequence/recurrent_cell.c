/* The cells of the three recurrences; their equations stand in nn_sequence.h. */
#define AG_NO_SITES
#include <autograd/ops.h>

#include "recurrent_cell.h"

nn__state nn__rnn_tanh_cell(ag_tensor *x, ag_tensor *u, nn__state s)
{
    (void)s;
    return (nn__state){.h = ag_tanh(ag_add(x, u))};
}

nn__state nn__rnn_relu_cell(ag_tensor *x, ag_tensor *u, nn__state s)
{
    (void)s;
    return (nn__state){.h = ag_relu(ag_add(x, u))};
}

nn__state nn__lstm_cell(ag_tensor *x, ag_tensor *u, nn__state s)
{
    nn__state next = {NULL, NULL};
    next.h = ag_lstm_cell(x, u, s.c, &next.c);
    return next;
}

nn__state nn__gru_cell(ag_tensor *x, ag_tensor *u, nn__state s)
{
    return (nn__state){.h = ag_gru_cell(x, u, s.h)};
}

/* --- step by step ----------------------------------------------------------------------------- */

/* Gate i of (1, N, n hidden). */
static ag_tensor *gate(ag_tensor *gates, int i, int n)
{
    ag_shape s = ag_shape_of(gates);
    if (s.ndim == 0) {
        return NULL; /* an operation before it failed */
    }
    int64_t hidden = s.dim[s.ndim - 1] / n;
    return ag_narrow(gates, -1, i * hidden, hidden);
}

nn__state nn__lstm_steps(ag_tensor *x, ag_tensor *u, nn__state s)
{
    ag_tensor *z = ag_add(x, u);
    ag_tensor *in = ag_sigmoid(gate(z, 0, 4)), *forget = ag_sigmoid(gate(z, 1, 4));
    ag_tensor *new = ag_tanh(gate(z, 2, 4)), *out = ag_sigmoid(gate(z, 3, 4));
    ag_tensor *c = ag_add(ag_mul(forget, s.c), ag_mul(in, new));
    return (nn__state){ag_mul(out, ag_tanh(c)), c};
}

/* (1 - z) n + z h is n + z (h - n). */
nn__state nn__gru_steps(ag_tensor *x, ag_tensor *u, nn__state s)
{
    ag_tensor *reset = ag_sigmoid(ag_add(gate(x, 0, 3), gate(u, 0, 3)));
    ag_tensor *update = ag_sigmoid(ag_add(gate(x, 1, 3), gate(u, 1, 3)));
    ag_tensor *new = ag_tanh(ag_add(gate(x, 2, 3), ag_mul(reset, gate(u, 2, 3))));
    return (nn__state){.h = ag_add(new, ag_mul(update, ag_sub(s.h, new)))};
}
