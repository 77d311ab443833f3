/* libautograd: everything in one include. The library's own sources include the parts instead. */
#ifndef AUTOGRAD_H
#define AUTOGRAD_H

#include "autograd/cpu.h"
#include "autograd/custom_op.h"
#include "autograd/derivatives.h"
#include "autograd/engine.h"
#include "autograd/file.h"
#include "autograd/gradcheck.h"
#include "autograd/hooks.h"
#include "autograd/inspect.h"
#include "autograd/nn.h"
#include "autograd/ops.h"
#include "autograd/program.h"
#include "autograd/viz.h"
#include "autograd/viz_plot.h"
#include "autograd/viz_teach.h"

#endif
