/* Where the units of a network stand. Must not know how they are drawn. */
#include "neurons.h"

bool viz__is_folded(const viz__neurons *n, size_t layer)
{
    size_t most = n->network->most_units > 0 ? n->network->most_units : 16;
    return n->network->units[layer] > most && n->network->units[layer] > 7;
}

size_t viz__slots(const viz__neurons *n, size_t layer)
{
    return viz__is_folded(n, layer) ? VIZ__FIRST_UNITS + 1 + VIZ__LAST_UNITS
                                    : n->network->units[layer];
}

size_t viz__unit_of(const viz__neurons *n, size_t layer, size_t slot)
{
    if (!viz__is_folded(n, layer) || slot < VIZ__FIRST_UNITS) {
        return slot;
    }
    size_t from_end = VIZ__FIRST_UNITS + 1 + VIZ__LAST_UNITS - slot;
    return slot == VIZ__FIRST_UNITS ? SIZE_MAX : n->network->units[layer] - from_end;
}

double viz__unit_x(const viz__neurons *n, size_t layer)
{
    return n->left + (double)layer * n->step;
}

double viz__unit_y(const viz__neurons *n, size_t layer, size_t slot)
{
    double above = (double)(n->most_slots - viz__slots(n, layer)) / 2;
    return n->top + (above + (double)slot) * VIZ__UNIT_STEP;
}

/* Above all units of its layer. */
double viz__bias_y(const viz__neurons *n, size_t layer)
{
    return viz__unit_y(n, layer, 0) - VIZ__UNIT_STEP;
}
