/* The layout from its input to its output, in four steps. Must not know how they work. */
#include "layered.h"

#include "viz/text/text.h"

static bool is_valid(const viz__layout *l)
{
    for (size_t k = 0; k < l->links; k++) {
        if (l->link[k].from >= l->link[k].to || l->link[k].to >= l->boxes) {
            return false;
        }
    }
    return l->boxes < UINT32_MAX && l->links < UINT32_MAX;
}

ag_status viz__layout_place(viz__layout *l)
{
    l->point = NULL;
    l->points = 0;
    l->width = l->height = 0;
    if (!is_valid(l)) {
        return AG_ERR_VALUE;
    }
    if (l->boxes == 0) {
        return AG_OK;
    }
    viz__layered g;
    ag_status status = viz__layered_new(&g, l);
    status = status == AG_OK ? viz__order_layers(&g) : status;
    status = status == AG_OK ? viz__place_across(&g) : status;
    status = status == AG_OK ? viz__place_along(&g) : status;
    viz__layered_free(&g);
    return status;
}

void viz__layout_free(viz__layout *l)
{
    viz__array_free(l->graph, l->point, l->points, sizeof *l->point);
    l->point = NULL;
    l->points = 0;
}
