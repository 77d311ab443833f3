/* The one variable of the library; see process_state.h for why there is one. */
#include "process_state.h"

ag__process_state ag__process = {.helpers = AG__HELPERS_INIT};
