module spacedrive

go 1.24
