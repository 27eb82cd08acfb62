module example.org/world

go 1.24
