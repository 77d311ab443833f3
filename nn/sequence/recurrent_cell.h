/* One place of a recurrence: the next state of the last one and of what the input gives. Private to
 * nn/sequence; must not know modules.
 */
#ifndef NN_SEQUENCE_RECURRENT_CELL_H
#define NN_SEQUENCE_RECURRENT_CELL_H

#include <autograd/engine.h>

/* The state is h (1, N, hidden) and, of an LSTM, c. NULL in it after an error. */
typedef struct nn__state {
    ag_tensor *h, *c;
} nn__state;

/* `x` is what the input of the place gives, `u` what the state h gives, (1, N, gates hidden): W x
 * and U h with their biases. */
typedef nn__state (*nn__cell)(ag_tensor *x, ag_tensor *u, nn__state s);

nn__state nn__rnn_tanh_cell(ag_tensor *x, ag_tensor *u, nn__state s);
nn__state nn__rnn_relu_cell(ag_tensor *x, ag_tensor *u, nn__state s);
nn__state nn__lstm_cell(ag_tensor *x, ag_tensor *u, nn__state s);
nn__state nn__gru_cell(ag_tensor *x, ag_tensor *u, nn__state s);
/* The same, with an operation for each gate and each line of the equations. */
nn__state nn__lstm_steps(ag_tensor *x, ag_tensor *u, nn__state s);
nn__state nn__gru_steps(ag_tensor *x, ag_tensor *u, nn__state s);

#endif
