/* libautograd: everything in one include. The library's own sources include the parts instead. */
#ifndef AUTOGRAD_H
#define AUTOGRAD_H

#include "autograd/derive.h"
#include "autograd/engine.h"
#include "autograd/extend.h"
#include "autograd/ops.h"
#include "autograd/viz.h"
#include "autograd/walk.h"

#endif
