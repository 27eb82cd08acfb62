module hello_go

go 1.24

require spacedrive v0.0.0

replace spacedrive => ./spacedrive
