"""Drawing with QPainter that knows no widget: faces, numbers, grids, fills, shapes, labels."""
