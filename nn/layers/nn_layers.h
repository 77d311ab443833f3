/* Layers: the modules that networks are composed of. Each is made by a constructor that takes the
 * graph and no size of its input, and stands on nn_module.h alone, as one of your own would. Layouts
 * are PyTorch's: batch first, then channels, then places.
 */
#ifndef AUTOGRAD_NN_LAYERS_H
#define AUTOGRAD_NN_LAYERS_H

#include "nn_data.h"
#include "nn_module.h"

#endif
